"""The profile as ckanext-dcat uses it: one object for each dataset, on a graph that the serializer holds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckanext.dcat.processors import RDFParser, RDFSerializer
from rdflib import RDF, Graph, URIRef

from ckanext.stuttgart.dcatde.values import term
from ckanext.stuttgart.profile import NAME

pytestmark = pytest.mark.usefixtures("clean_portal")


@pytest.fixture
def packages() -> list[dict[str, Any]]:
    owner = factories.Organization(title="Amt für Beispiele")["id"]
    return [factories.Dataset(title=f"Datensatz {number}", owner_org=owner) for number in range(3)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each action was called from here on."""
    counted: Counter[str] = Counter()
    original = tk.get_action

    def get_action(name: str) -> Any:
        counted[name] += 1
        return original(name)

    monkeypatch.setattr(tk, "get_action", get_action)
    return counted


def test_the_owner_of_many_packages_is_asked_for_once_a_request(
    app: Any, packages: list[dict[str, Any]], asked: Counter[str]
) -> None:
    for request in (1, 2):
        with app.flask_app.test_request_context():
            for package in packages:
                RDFSerializer(profiles=[NAME]).graph_from_dataset(package)
        assert asked["organization_show"] == request


def test_an_owner_that_is_renamed_has_its_new_name_in_the_next_request(
    app: Any, packages: list[dict[str, Any]]
) -> None:
    address = f"/dataset/{packages[0]['name']}.ttl"
    assert "Amt für Beispiele" in app.get(address).body
    context: Any = {"user": factories.Sysadmin()["name"]}
    tk.get_action("organization_patch")(context, {"id": packages[0]["owner_org"], "title": "Amt für Muster"})
    assert "Amt für Muster" in app.get(address).body


@pytest.mark.usefixtures("with_request_context")
def test_what_the_profile_writes_is_what_the_serializer_serves(packages: list[dict[str, Any]]) -> None:
    serializer = RDFSerializer(profiles=[NAME])
    node = serializer.graph_from_dataset(packages[0])
    served = Graph().parse(data=serializer.g.serialize(format="turtle"), format="turtle")
    assert (URIRef(node), RDF.type, term("dcat:Dataset")) in served


@pytest.mark.usefixtures("with_request_context")
def test_the_profile_reads_what_the_parser_has_parsed() -> None:
    parser = RDFParser(profiles=[NAME])
    parser.parse(
        """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <https://a.example/1> a dcat:Dataset ; dct:title "Bäume"@de .""",
        "turtle",
    )
    assert [package["title"] for package in parser.datasets()] == ["Bäume"]
