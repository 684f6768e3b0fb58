"""The commands `ckan stuttgart ...`: one file a command; each reports in English, and as JSON for programs."""

from __future__ import annotations

import click

from ckanext.stuttgart.cli.check import check
from ckanext.stuttgart.cli.demo import demo
from ckanext.stuttgart.cli.importing import import_
from ckanext.stuttgart.cli.search import search

__all__ = ["stuttgart"]


@click.group(short_help="The city's portal: import, check, search, demo.")
def stuttgart() -> None:
    """Commands of the city's open data portal."""


stuttgart.add_command(import_)
stuttgart.add_command(check)
stuttgart.add_command(demo)
stuttgart.add_command(search)
