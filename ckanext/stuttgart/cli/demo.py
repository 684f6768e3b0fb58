"""`ckan stuttgart demo`: the example catalogue of the city, with its offices, files and tables."""

from __future__ import annotations

import click

from ckanext.stuttgart import demo as loading
from ckanext.stuttgart import settings
from ckanext.stuttgart.cli.output import errors_as_sentences, say


@click.command("demo", short_help="Load the city's example catalogue.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def demo(as_json: bool) -> None:
    """Create the city's offices as organizations and load the example catalogue that the profile names.

    A second call changes nothing. Exit code 1: the profile names no example catalogue, or it cannot be read.
    """
    city = settings.city()
    catalog = city.file(city.demo)
    if catalog is None:
        raise click.ClickException(f"The profile of {city.name} names no example catalogue (key demo).")
    with errors_as_sentences():
        report = loading.load(city, catalog)
    say(report, as_json)
    if report.counts()["failed"]:
        raise click.exceptions.Exit(3)
