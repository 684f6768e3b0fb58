"""The ini file of a stack: ``config/ckan.ini`` or ``test.ini`` with the stack's own secret."""

from __future__ import annotations

import configparser
import secrets
from pathlib import Path

from devstack.errors import StackError
from devstack.layout import Layout

SECTION = "app:main"


def read_ini(file: Path) -> configparser.RawConfigParser:
    """Read an ini file as it stands, without interpolation, keys in their case."""
    parser = configparser.RawConfigParser(defaults=None, strict=True)
    parser.optionxform = str  # type: ignore[method-assign,assignment] # CKAN's keys may be upper case
    try:
        with file.open(encoding="utf-8") as handle:
            parser.read_file(handle)
    except (OSError, configparser.Error) as error:
        raise StackError(f"The configuration {file} cannot be read: {error}") from error
    if not parser.has_section(SECTION):
        raise StackError(f"The configuration {file} has no section [{SECTION}].")
    return parser


def secret(layout: Layout) -> str:
    """Return the stack's secret key, made up once."""
    file = layout.folder / "secret"
    if not file.exists():
        layout.folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def write_ini(layout: Layout) -> None:
    """Write the stack's ini anew from the checkout's, if that changed anything."""
    source = layout.checkout / "config" / "ckan.ini"
    parser = read_ini(source)
    parser.set(SECTION, "SECRET_KEY", secret(layout))
    draft = layout.ini.with_suffix(".new")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as handle:
        handle.write(f"# Written by devstack from {source.name}; changes belong there.\n")
        parser.write(handle)
    draft.replace(layout.ini)
