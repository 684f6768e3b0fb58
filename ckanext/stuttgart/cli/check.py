"""`ckan stuttgart check`: what the city has not told its portal yet."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click
from ckan.common import config

from ckanext.stuttgart import pages, settings
from ckanext.stuttgart.city import City

SLOTS_OPEN = 3


@click.command("check", short_help="List what the city profile leaves open.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(as_json: bool) -> None:
    """List the open slots of the city profile, of its pages, and the pages that are missing.

    A slot of a page is visible on it until it is filled. Exit code 3: something is open.
    """
    city = settings.city()
    of_pages = slots_of_pages(city)
    missing = [key for key in pages.ADDRESSES if key not in pages.present(city)]
    named = {slot for slots in of_pages.values() for slot in slots}
    others = [key for key in city.open_slots() if key not in named and not key.startswith("pages.")]
    if as_json:
        click.echo(json.dumps({"pages": of_pages, "missing": missing, "profile": others}, indent=2))
    else:
        _say(city, of_pages, missing, others)
    if of_pages or missing or others:
        raise click.exceptions.Exit(SLOTS_OPEN)


def slots_of_pages(city: City) -> dict[str, list[str]]:
    """Key of the page -> open slots it shows; only pages that show some."""
    more = {"site_url": config["ckan.site_url"]}
    found = {key: list(pages.open_slots(city, key, more)) for key in pages.present(city)}
    return {key: slots for key, slots in found.items() if slots}


def _say(city: City, of_pages: Mapping[str, list[str]], missing: list[str], others: list[str]) -> None:
    for key in missing:
        click.echo(f"The page {key} (/{pages.ADDRESSES[key]}) is missing: name its file under pages.{key}.")
    for key, slots in of_pages.items():
        click.echo(f"The page {key} (/{pages.ADDRESSES[key]}) has open slots: {', '.join(slots)}")
    if others:
        click.echo(f"Open in the profile, shown nowhere yet: {', '.join(others)}")
    if not (of_pages or missing or others):
        click.echo(f"Nothing is open in the profile of {city.name}.")
