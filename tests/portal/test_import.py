"""`ckan stuttgart import`: real catalogues in, a conforming catalogue out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import search
from ckan.tests import factories, helpers

from tests.core.hostile import Server, answer, serving
from tests.official import assert_conforming

Import = Callable[..., "Done"]

# What the catalogues in the shared cases hold; a file that is not here has no dataset.
HELD = {
    "DCAT-AP.de-SHACL-Validation__brandenburg-catalog-original-input.ttl": 112,
    "DCAT-AP.de-SHACL-Validation__bremen-catalog-original-input.rdf": 153,
    "ckanext-odsh__rdf_catalog.xml": 38,
    "ckanext-dcatde__catalog-endpoint.rdf": 6,
    "DCAT-AP.de-SHACL-Validation__brandenburg-catalog-dataset-extracted.ttl": 1,
    "Musterdatenkatalog__simple.rdf": 1,
    "ckanext-dcatde__metadata_max.rdf": 1,
    "geonetwork-ui__eu.dcat-ap.survey.xml": 2,
    "geonetwork-ui__jrc.dcat.dataset.xml": 1,
    "geonetwork-ui__sextant.dcat.bathymetry.xml": 1,
    "udata__bnodes.jsonld": 3,
    "udata__catalog.xml": 4,
    "udata__geonetwork.xml": 1,
    "udata__paged-collection-1.jsonld": 3,
    "udata__paged-collection-2.jsonld": 1,
    "udata__udata.xml": 3,
    "shacl__v3.0_shapes_quicktest.ttl": 3,
    "shacl__v3.0_shapes_deprecated.ttl": 2,
}
LARGE = tuple(HELD)[:3]


class Done:
    """A finished command."""

    def __init__(self, result: Any) -> None:
        self.code, self.said, self.error = result.exit_code, result.stdout, result.stderr

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.said[self.said.index("{") :])

    @property
    def counts(self) -> dict[str, int]:
        return {status: number for status, number in self.report["counts"].items() if number}


@pytest.fixture
def imported(clean_portal: None, runner: Any) -> Import:
    """Run the command for the organization `amt`, with --json."""
    factories.Organization(name="amt", title="Amt für Beispiele")

    def run(source: str | Path, *words: str, organization: str = "amt") -> Done:
        command = ["stuttgart", "import", str(source), "--organization", organization, "--json", *words]
        return Done(runner.invoke(ckan, command))

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    """A local server; the portal is told that it may read from it."""
    with serving() as running, helpers.changed_config("ckanext.stuttgart.harvest.allowed", running.host):
        yield running


@pytest.fixture
def case(shared: Path) -> Callable[[str], Path]:
    """A file of the shared DCAT cases."""
    return lambda name: shared / "cases" / "dcat" / name


def exported(app: Any, folder: Path, suffix: str = "ttl") -> Iterator[Path]:
    """Every page of the catalogue, as files."""
    link = f"/catalog.{suffix}"
    for number in range(1, 50):
        text = app.get(link).body
        file = folder / f"{number}.{suffix}"
        file.write_text(text, encoding="utf-8")
        yield file
        following = [line for line in text.splitlines() if "hydra:next <" in line]
        if not following:
            return
        parts = urlsplit(following[0].partition("hydra:next <")[2].partition(">")[0])
        link = f"{parts.path}?{parts.query}"


def written() -> dict[str, Any]:
    """When each package was last changed."""
    return {package.id: package.metadata_modified for package in model.Session.query(model.Package)}


@pytest.mark.parametrize(("name", "number"), HELD.items())
def test_a_real_catalogue_is_imported_served_conformingly_and_not_written_twice(
    imported: Import, case: Any, app: Any, shared: Path, tmp_path: Path, name: str, number: int
) -> None:
    first = imported(case(name))
    assert [(o["title"], o["reason"]) for o in first.report["outcomes"] if o["status"] == "failed"] == []
    assert first.code == 0
    assert first.counts["created"] == number
    assert helpers.call_action("package_search", rows=0, fq="dataset_type:dataset")["count"] <= number
    for page in exported(app, tmp_path):
        assert_conforming(shared, page, dashboard=False)
    before = written()
    second = imported(case(name))
    assert second.counts.get("unchanged") == number
    assert set(second.counts) <= {"unchanged", "refused"}
    assert written() == before


def test_what_holds_no_dataset_is_said_and_nothing_is_written(imported: Import, case: Any) -> None:
    done = imported(case("shacl__v2.0_shapes_konventionen_konv31.ttl"))
    assert done.counts == {}
    assert written() == {}


def test_a_record_without_iri_and_identifier_is_refused_by_name(imported: Import, case: Any) -> None:
    done = imported(case("ckanext-dcatde__metadata_max.rdf"))
    refused = [outcome for outcome in done.report["outcomes"] if outcome["status"] == "refused"]
    assert [outcome["reason"] for outcome in refused] == ["has neither an absolute IRI nor an identifier"]


@pytest.mark.usefixtures("with_request_context")
def test_file_and_url_of_a_catalogue_meet_in_the_same_packages(
    imported: Import, case: Any, server: Server, tmp_path: Path
) -> None:
    body = case("ckanext-odsh__rdf_catalog.xml").read_bytes()
    # The only page: what it says of further ones would be followed.
    body = body.replace(b"hydra:nextPage", b"hydra:ignored").replace(b"hydra:totalItems", b"hydra:ignored")
    server.plays["/catalog.rdf"] = answer("200 OK", body, Content_Type="application/rdf+xml")
    alone = tmp_path / "catalog.rdf"
    alone.write_bytes(body)
    assert imported(alone).counts == {"created": 38}
    assert imported(server.url("/catalog.rdf")).counts == {"unchanged": 38}


def test_pages_are_followed_and_a_loop_of_pages_stops_the_import(
    imported: Import, server: Server, shared: Path
) -> None:
    def page(number: int, following: int) -> bytes:
        return f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
            @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
            <https://a.example/{number}> a dcat:Dataset ; dct:title "Datensatz {number}"@de .
            <{server.url(f"/{number}")}> a hydra:PartialCollectionView ;
                hydra:next <{server.url(f"/{following}")}> .""".encode()

    for number in range(1, 4):
        body = page(number, number + 1) if number < 3 else page(3, 2)
        server.plays[f"/{number}"] = answer("200 OK", body, Content_Type="text/turtle")
    looped = imported(server.url("/1"))
    assert looped.code == 1
    assert "read already" in looped.error
    assert written() == {}
    last = page(3, 2).replace(b"hydra:next", b"hydra:previous")
    server.plays["/3"] = answer("200 OK", last, Content_Type="text/turtle")
    assert imported(server.url("/1")).counts == {"created": 3}


BROKEN = {
    "json": ("package_search.json", b'{"success": true, "result": []}', "is JSON without JSON-LD"),
    "text": ("brief.txt", b"Sehr geehrte Damen und Herren", "is plain text, not RDF"),
    "page": ("index.html", b"<!DOCTYPE html><html><body>Portal</body></html>", "is a web page, not RDF"),
    "empty": ("leer.ttl", b"", "is empty"),
    "tail": (
        "kaputt.ttl",
        b'<https://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Ein',
        "is broken",
    ),
}


@pytest.mark.parametrize(("name", "body", "sentence"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_catalogue_is_one_sentence_and_nothing_is_written(
    imported: Import, tmp_path: Path, name: str, body: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(body)
    done = imported(file)
    assert done.code == 1
    assert sentence in done.error
    assert str(file) in done.error
    assert len(done.error.strip().splitlines()) == 1
    assert "Traceback" not in done.error
    assert written() == {}


def test_a_real_answer_of_a_ckan_is_no_rdf(imported: Import, shared: Path) -> None:
    done = imported(shared / "cases" / "ckan" / "GastroViewer__de_stuttgart_ckan_suche_baustellen.json")
    assert (done.code, written()) == (1, {})
    assert "is JSON without JSON-LD" in done.error


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("http://127.0.0.1:9/catalog.ttl", "inner network"),
        ("https://nirgends.invalid/catalog.ttl", "cannot be resolved"),
        ("file:///etc/passwd", "only http and https"),
        ("/gibt/es/nicht.ttl", "does not exist"),
    ],
)
def test_what_cannot_be_reached_is_one_sentence(imported: Import, source: str, sentence: str) -> None:
    done = imported(source)
    assert done.code == 1
    assert sentence in done.error
    assert len(done.error.strip().splitlines()) == 1


def test_an_organization_that_is_not_there_is_named(imported: Import, case: Any) -> None:
    done = imported(case("Musterdatenkatalog__simple.rdf"), organization="niemand")
    assert done.code == 1
    assert "no organization 'niemand'" in done.error


def test_a_dry_run_tells_all_and_writes_nothing(imported: Import, case: Any) -> None:
    done = imported(case("ckanext-dcatde__catalog-endpoint.rdf"), "--dry-run")
    assert done.counts == {"created": 6}
    assert done.report["findings"]
    assert written() == {}


def test_one_bad_record_does_not_keep_the_others_out(imported: Import, tmp_path: Path) -> None:
    file = tmp_path / "gemischt.ttl"
    file.write_text(
        """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <https://a.example/gut> a dcat:Dataset ; dct:title "Gut"@de ; dct:publisher "Amt" .
        <https://a.example/namenlos> a dcat:Dataset ; dct:description "Ohne Titel"@de .
        <https://a.example/auch-gut> a dcat:Dataset ; dct:title "Auch gut"@de ; dct:issued "gestern" ;
            dcat:keyword "a,b", "a/b", "<b>", "x", "" ; dcat:landingPage "nirgends" .""",
        encoding="utf-8",
    )
    done = imported(file)
    assert done.counts == {"created": 2, "refused": 1}
    (refused,) = [outcome for outcome in done.report["outcomes"] if outcome["status"] == "refused"]
    assert refused["record"] == "https://a.example/namenlos"
    assert "title" in refused["reason"]
    kept = helpers.call_action("package_show", id="auch-gut")
    assert kept["issued"] == "gestern"
    assert [tag["name"] for tag in kept["tags"]] == ["a b"]


def test_a_changed_record_is_updated_under_the_same_id_and_name(imported: Import, tmp_path: Path) -> None:
    file = tmp_path / "eins.ttl"
    text = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <https://a.example/1> a dcat:Dataset ; dct:title "{}"@de ."""
    file.write_text(text.format("Bäume"), encoding="utf-8")
    first = imported(file).report["outcomes"][0]
    file.write_text(text.format("Alle Bäume"), encoding="utf-8")
    second = imported(file).report["outcomes"][0]
    assert (second["status"], second["id"], second["name"]) == ("updated", first["id"], "baeume")
    assert helpers.call_action("package_show", id="baeume")["title"] == "Alle Bäume"
    assert helpers.call_action("package_search", q="title:alle")["count"] == 1


def test_a_deleted_package_whose_record_comes_back_is_the_same_again(imported: Import, case: Any) -> None:
    imported(case("Musterdatenkatalog__simple.rdf"))
    (package,) = model.Session.query(model.Package).all()
    helpers.call_action("package_delete", context={"user": factories.Sysadmin()["name"]}, id=package.id)
    assert imported(case("Musterdatenkatalog__simple.rdf")).counts == {"updated": 1}
    assert model.Package.get(package.id).state == "active"


def test_what_another_organization_holds_is_not_taken_over(imported: Import, case: Any) -> None:
    factories.Organization(name="anderes-amt")
    imported(case("udata__geonetwork.xml"))
    done = imported(case("udata__geonetwork.xml"), organization="anderes-amt")
    assert done.counts == {"refused": 1}
    assert "owned by another organization" in done.report["outcomes"][0]["reason"]


def test_equal_titles_get_names_of_their_own_that_stay(imported: Import, tmp_path: Path) -> None:
    file = tmp_path / "gleich.ttl"
    file.write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
        + "".join(f'<https://a.example/{n}> a dcat:Dataset ; dct:title "new"@de .' for n in range(3)),
        encoding="utf-8",
    )
    names = {outcome["id"]: outcome["name"] for outcome in imported(file).report["outcomes"]}
    assert len(set(names.values())) == 3
    assert "new" not in names.values()
    assert {o["id"]: o["name"] for o in imported(file).report["outcomes"]} == names


def test_solr_commits_by_itself_again_after_an_import(imported: Import, case: Any) -> None:
    imported(case("Musterdatenkatalog__simple.rdf"))
    assert tk.config["ckan.search.solr_commit"] is True
    assert search.query_for(model.Package).run({"q": "*:*"})["count"] == 1
