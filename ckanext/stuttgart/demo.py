"""The example catalogue of a city: imported like any other, then the files that lie beside it are uploaded."""

from __future__ import annotations

import csv
import io
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import FileStorage

from ckanext.stuttgart.city import City
from ckanext.stuttgart.errors import RecordRefused, say
from ckanext.stuttgart.harvest import store
from ckanext.stuttgart.harvest.client import LocalFile
from ckanext.stuttgart.harvest.ingest import Report, Source, ingest
from ckanext.stuttgart.harvest.reader import Package
from ckanext.stuttgart.harvest.readers.dcat import READER
from ckanext.stuttgart.harvest.sniff import as_utf8


def load(city: City, catalog: Path) -> Report:
    """Load the catalogue in a file; files in the folder `files` beside it take the place of links that end like them.

    Datasets go to the office that publishes them, by its title. Raises SourceError.
    """
    offices = {office.title: _organization(office.id, office.title) for office in city.offices}

    def owner(package: Package) -> Package:
        publishers = package.get("publisher") or [{}]
        name = publishers[0].get("name", "")
        if name not in offices:
            raise RecordRefused(
                package.get("title", "A dataset"), say("is published by {name}, no office of the city", name=repr(name))
            )
        return offices[name]

    path = str(catalog)
    report = ingest(Source(READER, LocalFile(path), path), owner)
    files = {file.name: file for file in (catalog.parent / "files").glob("*") if file.is_file()}
    for outcome in report.outcomes:
        if outcome.status in ("created", "updated"):
            _upload(outcome.id, files)
    return report


def _context() -> Any:
    return {"user": store.site_user(), "ignore_auth": True}


def _organization(name: str, title: str) -> Package:
    try:
        return store.organization(name)
    except tk.ObjectNotFound:
        return tk.get_action("organization_create")(_context(), {"name": name, "title": title})


def _upload(package_id: str, files: Mapping[str, Path]) -> None:
    package = tk.get_action("package_show")(_context(), {"id": package_id})
    for resource in package["resources"]:
        file = files.get(resource["url"].rpartition("/")[2])
        if file is None or resource.get("url_type") == "upload":
            continue
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with file.open("rb") as stream:
            storage = FileStorage(stream, file.name, content_type=kind)
            patch = {"id": resource["id"], "upload": storage, "url_type": "upload", "download_url": []}
            done = tk.get_action("resource_patch")(_context(), patch)
        if file.suffix == ".csv":
            _tabulate(done, file)


def _tabulate(resource: Package, file: Path) -> None:
    """The rows of a CSV file into the DataStore, numbers as numbers, where the portal has one."""
    if "datastore" not in tk.aslist(tk.config["ckan.plugins"]):
        return
    text = as_utf8(file.read_bytes()).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text), dialect=csv.Sniffer().sniff(text[:2000], ",;\t")))
    if not rows:
        return
    types = {name: _type([row[name] for row in rows]) for name in rows[0]}
    records = [{name: value or None for name, value in row.items()} for row in rows]
    fields = [{"id": name, "type": type_} for name, type_ in types.items()]
    create = {"resource_id": resource["id"], "fields": fields, "records": records, "force": True}
    tk.get_action("datastore_create")(_context(), create)
    views = {"resource": {**resource, "datastore_active": True}, "create_datastore_views": True}
    tk.get_action("resource_create_default_resource_views")(_context(), views)


def _type(values: list[str]) -> str:
    """`numeric` for a column of plain numbers (a leading zero is a code, not a number), else `text`."""
    filled = [value for value in values if value]
    plain = all(value.replace(".", "", 1).removeprefix("-").isdigit() for value in filled)
    return "numeric" if filled and plain and not any(v[0] == "0" and v[1:2].isdigit() for v in filled) else "text"
