"""Addresses of what the theme serves: the city's stylesheet and files, own pages."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.theme import stylesheet


def file_address(name: str) -> str:
    """The address of a file that the profile names."""
    digest = stylesheet.files_digest(settings.city())
    return tk.h.url_for("stuttgart_theme.city_file", digest=digest, name=name, locale="default")


def stylesheet_address() -> str:
    """The address of the city's stylesheet."""
    digest = stylesheet.digest(stylesheet.of_city(settings.city(), file_address))
    return tk.h.url_for("stuttgart_theme.city_stylesheet", digest=digest, locale="default")


def page_values() -> dict[str, Any]:
    """What the slots of pages may name beside the keys of the profile."""
    return {"site_url": tk.config["ckan.site_url"].rstrip("/")}
