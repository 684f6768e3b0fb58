"""`ckan stuttgart import`: a DCAT-AP.de catalogue from a URL or a file into an organization."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk
import click

from ckanext.stuttgart import settings
from ckanext.stuttgart.cli.output import errors_as_sentences, say
from ckanext.stuttgart.harvest import store
from ckanext.stuttgart.harvest.client import Client, LocalFile
from ckanext.stuttgart.harvest.ingest import Source, ingest
from ckanext.stuttgart.harvest.readers.dcat import READER
from ckanext.stuttgart.harvest.sniff import RDF_FORMATS


@click.command("import", short_help="Import a DCAT-AP.de catalogue.")
@click.argument("url_or_file")
@click.option("--organization", "-o", required=True, help="Name or id of the organization that will own the datasets.")
@click.option("--format", "-f", "format_", type=click.Choice(RDF_FORMATS), help="Found out when not given.")
@click.option("--dry-run", is_flag=True, help="Read, map and check; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_(url_or_file: str, organization: str, format_: str | None, dry_run: bool, as_json: bool) -> None:
    """Import all datasets, series and services of a catalogue, following its pages.

    Exit code 0: read and written. 1: the source could not be read, nothing was written. 3: some records failed.
    """
    try:
        owner = store.organization(organization)
    except tk.ObjectNotFound as error:
        raise click.ClickException(
            f"There is no organization {organization!r}: create it first, or name another one with --organization."
        ) from error
    remote = "://" in url_or_file
    url = url_or_file if remote else str(Path(url_or_file))
    fetcher = Client(settings.client()) if remote else LocalFile(url)
    with errors_as_sentences():
        source = Source(READER, fetcher, url, {"format": format_})
        report = ingest(source, lambda _: owner, dry_run=dry_run)
    say(report, as_json)
    if report.counts()["failed"]:
        raise click.exceptions.Exit(3)
