"""The icons of the portal as inline SVG: drawings of `icons.yaml`, coloured by the text around them. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from ckanext.stuttgart.typed_yaml import load_file

FALLBACK = "dataset"
FRAME = '<svg class="st-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>'


@functools.cache
def drawings() -> Mapping[str, str]:
    """The content of each icon by its name."""
    return load_file(Path(__file__).with_name("icons.yaml"))


@functools.cache
def icon(name: str) -> Markup:
    """An icon, silent for screen readers: what it means stands beside it as text."""
    return Markup(FRAME.format(drawings().get(name, drawings()[FALLBACK])))  # noqa: S704 (our own drawings)
