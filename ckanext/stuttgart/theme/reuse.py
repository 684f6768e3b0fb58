"""What helps to use a dataset: how to name its source, how to cite it, where programs find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.present import wording
from ckanext.stuttgart.present.licences import Licence
from ckanext.stuttgart.theme.files import File
from ckanext.stuttgart.theme.records import Record

RDF = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"))


@dataclass(frozen=True)
class Snippet:
    """A few lines of code that read the data."""

    language: str
    text: str


def attribution(package: Mapping[str, Any], licence: Licence, url: str) -> str:
    """The line that names the source, ready to copy: who, what, licence, address. One given with the files wins."""
    given = next((r["license_attribution_by_text"] for r in _given(package)), "")
    who = given or _publisher(package)
    return ", ".join(filter(None, [who, f"„{package['title']}“", licence.short, url]))


def citation(package: Mapping[str, Any], url: str, language: str) -> str:
    """How a text cites the dataset, after DataCite: publisher (year): title. Portal. Address. Day of the visit."""
    year = (package.get("modified") or package.get("issued") or package.get("metadata_modified") or "")[:4]
    visited = wording.date_words(date.today().isoformat(), language)  # noqa: DTZ011 (the day in the portal's own place)
    said = tk._("{publisher} ({year}): {title}. {portal}. {address} (retrieved on {day})")
    return said.format(
        publisher=_publisher(package), year=year, title=package["title"], portal=_portal(), address=url, day=visited
    )


def permalink(package: Mapping[str, Any]) -> str:
    """The address of a record that stays when its name changes."""
    return tk.h.url_for(f"{package['type']}.read", id=package["id"], locale="default", _external=True)


def metadata_links(package: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The description as RDF: label and address of each form."""
    path = f"{tk.config['ckan.site_url'].rstrip('/')}/{package['type']}/{package['name']}"
    return [(label, f"{path}.{suffix}") for suffix, label in RDF]


def snippets(files: tuple[File, ...]) -> list[Snippet]:
    """Code that reads the first table of the dataset, or its first file: curl, Python, R."""
    tables = [file for file in files if file.address and file.format.code in ("CSV", "XLSX", "GEOJSON", "JSON")]
    if not tables:
        return []
    file = tables[0]
    address = _literal(file.address)
    readers = _READERS.get(file.format.code, _READERS["JSON"])
    lines = [Snippet("curl", f'curl --location --remote-name "{address}"')]
    return lines + [Snippet(name, text.replace("ADDRESS", address)) for name, text in readers]


def mail(package: Mapping[str, Any], record: Record) -> str:
    """A prepared mail to the contact of a record that reports a mistake; to the portal's own where there is none."""
    contact = next((c for c in package.get("contact") or () if c.get("email")), {})
    address = str(contact.get("email") or settings.city().contact.email or "").removeprefix("mailto:")
    if not address:
        return ""
    subject = tk._("Note on the dataset “{title}”").format(title=record.title.text)
    url = tk.h.url_for(record.url, locale="default", _external=True) if "://" not in record.url else record.url
    body = tk._("Dataset: {title}\nAddress: {address}\n\nWhat was noticed:\n").format(
        title=record.title.text, address=url
    )
    lines = quote(body.replace("\n", "\r\n"))  # RFC 6068
    return f"mailto:{quote(address, safe='@.+-_')}?subject={quote(subject)}&body={lines}"


def _given(package: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    every = [package, *(package.get("resources") or ())]
    return [record for record in every if record.get("license_attribution_by_text")]


def _publisher(package: Mapping[str, Any]) -> str:
    """Who publishes; an office of the city with the city's name."""
    city = settings.city()
    named = next((agent["name"] for agent in package.get("publisher") or () if agent.get("name")), "")
    name = named or (package.get("organization") or {}).get("title") or ""
    if not name or name in {office.title for office in city.offices}:
        return ", ".join(filter(None, [city.official_name, name]))
    return name


def _portal() -> str:
    return tk.config["ckan.site_title"]


def _literal(address: str) -> str:
    """An address that stays text inside the quotes of each language and of the shell."""
    return quote(address, safe=":/?&=#%+,;@~.-_[]!*()")


_READERS: dict[str, tuple[tuple[str, str], ...]] = {
    "CSV": (
        (
            "Python",
            'import pandas as pd\n\ndata = pd.read_csv("ADDRESS", sep=None, engine="python")\nprint(data.head())',
        ),
        ("R", 'data <- data.table::fread("ADDRESS")\nhead(data)'),
    ),
    "XLSX": (
        ("Python", 'import pandas as pd\n\ndata = pd.read_excel("ADDRESS")\nprint(data.head())'),
        (
            "R",
            'download.file("ADDRESS", "data.xlsx", mode = "wb")\ndata <- readxl::read_excel("data.xlsx")\nhead(data)',
        ),
    ),
    "GEOJSON": (
        ("Python", 'import geopandas as gpd\n\ndata = gpd.read_file("ADDRESS")\nprint(data.head())'),
        ("R", 'data <- sf::st_read("ADDRESS")\nhead(data)'),
    ),
    "JSON": (
        ("Python", 'import requests\n\ndata = requests.get("ADDRESS", timeout=30).json()\nprint(data)'),
        ("R", 'data <- jsonlite::fromJSON("ADDRESS")\nstr(data)'),
    ),
}
