"""A CKAN portal into this one: everything is kept, a second reading writes nothing."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.tests import factories, helpers

from ckanext.stuttgart.harvest.ingest import Report, Source, ingest
from ckanext.stuttgart.harvest.readers.ckan import READER
from tests.core.sources import Site

ROOT = "https://daten.musterstadt.example"
STOCK = [
    {
        "id": "1f6a8f0e-0000-4000-8000-000000000001",
        "name": "baustellen",
        "title": "Baustellen",
        "notes": "Alle Baustellen.\n\n###Rechtsgrundlage\nStraßengesetz\n\n### Besonderheiten\nKeine.",
        "type": "dataset",
        "url": "Tiefbauamt",
        "license_id": "cc-by/4.0",
        "organization": {"id": "o1", "name": "amt", "title": "Amt für Daten"},
        "groups": [{"name": "tran"}, {"name": "baustellen-und-sperrungen", "title": "Baustellen & Sperrungen"}],
        "tags": [{"name": "Verkehr"}],
        "extras": [
            {"key": "Aktualisierungsintervall", "value": "täglich"},
            {"key": "Fläche", "value": "12 ha"},
            {"key": "contacts", "value": '[{"role": "autor", "name": "A", "address": "Am Markt 1"}]'},
            {"key": "landing_page", "value": "siehe oben"},
        ],
        "resources": [
            {
                "id": "r1",
                "name": "geplant",
                "url": "https://gis.musterstadt.example/ows?service=WFS&request=GetFeature&typeName=geplant",
                "format": "WFS",
                "Zeichensatz": "Latin-1",
            }
        ],
    }
]


def read(stock: list[dict[str, Any]]) -> Report:
    owner = helpers.call_action("organization_show", id="amt")
    body = json.dumps({"success": True, "result": {"count": len(stock), "results": stock}}).encode()
    return ingest(Source(READER, Site(lambda url, _: body), ROOT, {"geocoding": "09999000"}), lambda _: owner)


def test_a_portal_is_taken_over_with_all_it_says_and_the_second_time_nothing_is_written(clean_portal: None) -> None:
    factories.Organization(name="amt", title="Amt")
    first = read(STOCK)
    assert {name: number for name, number in first.counts().items() if number} == {"created": 2}, first.outcomes
    (made,) = (done for done in first.outcomes if done.title == "Baustellen")
    kept = tk.get_action("package_show")({"ignore_auth": True}, {"id": made.id})
    assert kept["frequency"].endswith("/DAILY")
    assert kept["applicable_legislation"] == ["Straßengesetz"]
    assert kept["notes"] == "Alle Baustellen.\n\n### Besonderheiten\nKeine."
    assert [agent["name"] for agent in kept["creator"]] == ["A", "Tiefbauamt"]
    assert {extra["key"]: extra["value"] for extra in kept["extras"]} == {
        "Fläche": "12 ha",
        "contacts": '[{"role": "autor", "name": "A", "address": "Am Markt 1"}]',
        "original_landing_page": "siehe oben",
    }
    (file,) = kept["resources"]
    assert file["Zeichensatz"] == "Latin-1"
    assert file["access_services"] == ["https://gis.musterstadt.example/ows#WFS"]
    assert {tag["name"] for tag in kept["tags"]} == {"Verkehr", "Baustellen Sperrungen"}

    again = read(STOCK)
    assert {name: number for name, number in again.counts().items() if number} == {"unchanged": 2}
