"""Leaflet, which draws maps: served from its Python package, never copied and never loaded from elsewhere."""

from __future__ import annotations

import functools
from importlib.metadata import version
from pathlib import Path

import ckan.plugins.toolkit as tk
from xstatic.pkg import leaflet

TYPES = {"js": "text/javascript", "css": "text/css", "png": "image/png"}


def address(name: str) -> str:
    """The address of a file; it changes with the version."""
    return tk.h.url_for("stuttgart_preview.leaflet_file", release=release(), name=name, locale="default")


def path(name: str) -> Path | None:
    """Where a file lies; None for one that is no part of Leaflet."""
    found = (_folder() / name).resolve()
    return found if _folder() in found.parents and found.is_file() and found.suffix[1:] in TYPES else None


@functools.cache
def release() -> str:
    """The version that is installed."""
    return version("xstatic-leaflet")


@functools.cache
def _folder() -> Path:
    return Path(leaflet.BASE_DIR).resolve()
