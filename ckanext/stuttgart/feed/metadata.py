"""What the portal says of itself and by itself, from the city profile. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.city import City
from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.normalise import Defaults

Package = dict[str, Any]


def catalog(city: City, homepage: str, modified: str | None) -> Package:
    """The catalogue's own metadata: fields of the model's class Catalog.

    homepage  the portal's address, where the profile names no other
    modified  when the newest package in it changed
    """
    return {
        "title": city.portal.title.de,
        "notes": city.portal.description.de,
        "translations": [
            {"field": field, "language": "en", "text": text.en}
            for field, text in (("title", city.portal.title), ("notes", city.portal.description))
            if text.en
        ],
        "publisher": [publisher(city, homepage)],
        "issued": city.catalogue.issued,
        "modified": modified,
        "language": [_language(code) for code in city.languages.offered],
        "url": city.catalogue.homepage or homepage,
        "license_id": city.catalogue.licence,
        "theme_taxonomy": [vocabulary.iri("theme_taxonomy")],
        "availability": city.catalogue.availability,
        "spatial_coverage": places(city),
        "applicable_legislation": [law.uri or law.title for law in city.legal_basis],
    }


def publisher(city: City, homepage: str) -> Package:
    """The city as an Agent; without an IRI of its own it gets one below the portal's address."""
    return {
        "uri": city.publisher.uri or f"{homepage.rstrip('/')}/#publisher",
        "name": city.publisher.name,
        "type": city.publisher.type,
    }


def places(city: City) -> list[Package]:
    """The city as places: EU place and official key (K11), the box at the place that has no list to look it up in."""
    keys = [city.geocoding.eu_place, city.geocoding.municipality_key or city.geocoding.regional_key]
    found: list[Package] = [{"uri": key} for key in keys if key]
    box = city.bounding_box
    if box:
        west, south, east, north = box.west, box.south, box.east, box.north
        ring = f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
        centre = f"POINT({round((west + east) / 2, 4)} {round((south + north) / 2, 4)})"
        found.append({"text": city.official_name, "bbox": ring, "centroid": centre})
    return found


def defaults(city: City, organization: Mapping[str, Any], homepage: str, *, foreign: bool) -> Defaults:
    """What is filled in where a package says nothing.

    organization  the CKAN dict of its owner with the fields of `schema/organization.yaml`
    foreign       the package comes from another catalogue: only what the portal's own delivery needs is filled in
    """
    return Defaults(
        publisher=agent(organization, homepage) if organization else publisher(city, homepage),
        contributor_id=organization.get("contributor_id") or city.contributor_id or "",
        level="" if foreign else city.geocoding.level,
    )


def agent(organization: Mapping[str, Any], homepage: str) -> Package:
    """An organization as the Agent that publishes."""
    given = {
        "uri": organization.get("uri") or f"{homepage.rstrip('/')}/organization/{organization['id']}",
        "name": organization.get("title") or organization.get("name"),
        "type": organization.get("publisher_type"),
        "email": organization.get("email"),
        "url": organization.get("url"),
    }
    return {name: value for name, value in given.items() if value}


def _language(code: str) -> str:
    term = vocabulary.load("language").find(code)
    return term.uri if term else ""
