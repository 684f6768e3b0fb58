"""Parsing in the limited child: real files, broken files, and files made to do harm."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from ckanext.stuttgart.errors import SourceUnreadable
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.parse import RELATIVE, Limits, Parsed
from ckanext.stuttgart.harvest.sniff import as_utf8, encoding_of, sniff, xml_encoding

pytestmark = pytest.mark.thorough

DCAT = Namespace("http://www.w3.org/ns/dcat#")
P = URIRef("http://d/p")
S = URIRef("http://s")
DATASETS = {
    "DCAT-AP.de-SHACL-Validation__brandenburg-catalog-dataset-extracted.ttl": 1,
    "DCAT-AP.de-SHACL-Validation__brandenburg-catalog-original-input.ttl": 112,
    "DCAT-AP.de-SHACL-Validation__bremen-catalog-original-input.rdf": 153,
    "Musterdatenkatalog__simple.rdf": 1,
    "ckanext-dcatde__catalog-endpoint.rdf": 6,
    "ckanext-dcatde__metadata_max.rdf": 1,
    "ckanext-odsh__rdf_catalog.xml": 38,
    "geonetwork-ui__eu.dcat-ap.survey.xml": 1,
    "geonetwork-ui__jrc.dcat.dataset.xml": 1,
    "geonetwork-ui__sextant.dcat.bathymetry.xml": 1,
    "shacl__v2.0_shapes_konventionen_konv12_13.ttl": 6,
    "shacl__v2.0_shapes_konventionen_konv36.ttl": 2,
    "udata__bnodes.jsonld": 3,
    "udata__catalog.xml": 4,
    "udata__geonetwork.xml": 1,
    "udata__paged-collection-1.jsonld": 3,
    "udata__paged-collection-2.jsonld": 1,
    "udata__udata.xml": 2,
}


CASES = Path(__file__).parents[3] / "shared" / "cases" / "dcat"


@pytest.fixture
def cases() -> Path:
    if not CASES.is_dir():
        pytest.skip("the folder of recorded catalogues, shared/cases/dcat, does not lie beside the checkout")
    return CASES


def rdf_xml(inside: str, before: str = "") -> str:
    return (
        f'{before}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d/">'
        f'<rdf:Description rdf:about="http://s">{inside}</rdf:Description></rdf:RDF>'
    )


def read(text: str | bytes, **given: Any) -> Parsed:
    return parse.rdf(text.encode() if isinstance(text, str) else text, name="quelle", **given)


def refusal(text: str | bytes, **given: Any) -> str:
    with pytest.raises(SourceUnreadable) as caught:
        read(text, **given)
    message = str(caught.value)
    assert message.startswith("quelle: ")
    assert "Traceback" not in message
    return message


def values(parsed: Parsed, predicate: URIRef = P) -> list[Any]:
    return list(parsed.graph.objects(None, predicate))


def notes(parsed: Parsed) -> set[str]:
    return {note.word for note in parsed.notes}


# --- Real files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "datasets"), DATASETS.items())
def test_every_real_catalogue_is_read(cases: Path, name: str, datasets: int) -> None:
    body = (cases / name).read_bytes()
    parsed = parse.rdf(body, name=name)
    assert len(set(parsed.graph.subjects(RDF.type, DCAT.Dataset))) == datasets
    assert not any(iri.startswith("file:") for iri in parsed.relative)
    assert all(note.text for note in parsed.notes)
    parsed.graph.serialize(format="turtle")


def test_the_result_is_what_rdflib_reads_where_rdflib_can(cases: Path) -> None:
    for name in ("ckanext-odsh__rdf_catalog.xml", "udata__paged-collection-1.jsonld"):
        body = (cases / name).read_bytes()
        expected = Graph().parse(data=body, format="json-ld" if name.endswith("ld") else "xml")
        assert len(parse.rdf(body, name=name).graph) == len(expected)


def test_a_file_cut_at_any_place_is_one_error_or_whole_statements(cases: Path) -> None:
    whole = (cases / "ckanext-odsh__rdf_catalog.xml").read_bytes()
    for tenth in range(1, 10):
        assert "broken" in refusal(whole[: len(whole) * tenth // 10])


# --- Terms ----------------------------------------------------------------------------------------------------------


def test_lexical_forms_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    forms = [
        ("2024-01-01T00:00:00Z", XSD.dateTime),
        ("02024", XSD.integer),
        ("0a0B", XSD.hexBinary),
        ("1.50", XSD.decimal),
        ("2024-02-31", XSD.date),
        ("gestern", XSD.date),
        ("99999", XSD.gYear),
        ("01", XSD.boolean),
        ("1E5", XSD.double),
    ]
    with caplog.at_level(logging.DEBUG):
        parsed = read("".join(f'<http://s> <http://d/p> "{form}"^^<{type_}> .' for form, type_ in forms))
    assert {(str(value), value.datatype) for value in values(parsed)} == set(forms)
    assert caplog.text == ""
    assert next(iter(values(read(f'<http://s> <http://d/p> "7"^^<{XSD.integer}> .')))).value == 7


def test_numbers_and_markup_that_would_cost_gigabytes_become_text() -> None:
    started = time.monotonic()
    parsed = read(
        f'<http://s> <http://d/p> "1e999999999"^^<{XSD.decimal}>, "{"1" * 5000}"^^<{XSD.integer}>, '
        f'"{"<b>" * 100_000}"^^<{RDF.HTML}> .'
    )
    assert {value.datatype for value in values(parsed)} == {None}
    assert notes(parsed) == {"typed", "markup"}
    assert time.monotonic() - started < 1


def test_characters_that_cannot_be_stored_are_dropped_by_name() -> None:
    parsed = read('<http://s> <http://d/p> "a\\u0000b\\u0001c\\td" .')
    assert values(parsed) == [Literal("abc\td")]
    assert notes(parsed) == {"characters"}


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("http://a/b c", "http://a/b%20c"),
        (" http://a/b ", "http://a/b"),
        ("http://a/{x}|y", "http://a/%7Bx%7D%7Cy"),
        ("tel:+49 40 1", "tel:+49%2040%201"),
        ("http://a/stra\u00dfe", "http://a/stra\u00dfe"),
        ("http://a/%20", "http://a/%20"),
    ],
)
def test_broken_iris_are_encoded_and_named(iri: str, expected: str) -> None:
    for text in (rdf_xml(f'<d:p rdf:resource="{iri}"/>'), f'{{"@id": "http://s", "http://d/p": {{"@id": "{iri}"}}}}'):
        parsed = read(text)
        assert values(parsed) == [URIRef(expected)]
        assert ("iri" in notes(parsed)) is (iri != expected)


def test_text_that_does_not_belong_into_rdf_xml_is_dropped_by_name() -> None:
    parsed = read(
        rdf_xml('Rest<d:p rdf:resource="http://a/">Umwelt</d:p>Rest<d:q rdf:parseType="Literal">x<b/>y</d:q>')
    )
    assert values(parsed) == [URIRef("http://a/")]
    assert [str(value).startswith("x<b") for value in values(parsed, URIRef("http://d/q"))] == [True]
    assert {note.value for note in parsed.notes if note.word == "text"} == {"Umwelt", "Rest"}


def test_blank_nodes_of_two_documents_never_meet() -> None:
    one, two = (read('_:a <http://d/p> "x" .', syntax="turtle") for _ in range(2))
    assert not set(one.graph.subjects()) & set(two.graph.subjects())


# --- Relative IRIs --------------------------------------------------------------------------------------------------

RELATIVES = "<> <http://d/p> <x>, </x>, <../x>, <#f>, <?q=1>, <//other/x>, <http://abs/x> ."


def test_with_a_base_relative_iris_are_resolved_and_known() -> None:
    parsed = read(RELATIVES, base="https://a.example:8443/k/c.ttl?page=1")
    root = "https://a.example:8443"
    assert set(parsed.graph.objects()) == {
        URIRef(iri)
        for iri in (
            f"{root}/k/x",
            f"{root}/x",
            f"{root}/k/c.ttl?page=1#f",
            f"{root}/k/c.ttl?q=1",
            "https://other/x",
            "http://abs/x",
        )
    }
    assert parsed.relative == {
        URIRef(f"{root}{path}") for path in ("/k/x", "/x", "/k/c.ttl?page=1#f", "/k/c.ttl?q=1", "/k/c.ttl?page=1")
    }


def test_without_a_base_they_stay_relative_and_never_name_a_file() -> None:
    for base in (None, "file:///home/amt/c.ttl", "/home/amt/c.ttl"):
        parsed = read(RELATIVES, base=base)
        terms = {str(term) for triple in parsed.graph for term in triple}
        assert {RELATIVE + "x", RELATIVE + "#f", RELATIVE + "."} <= terms
        assert not any("file:" in term or "home" in term for term in terms)
        assert parsed.relative >= {URIRef(RELATIVE + "x")}


def test_a_base_that_the_document_declares_wins() -> None:
    for text in (
        "@base <http://b.example/> . <x> <http://d/p> <y> .",
        '{"@context": {"@base": "http://b.example/"}, "@id": "x", "http://d/p": {"@id": "y"}}',
    ):
        parsed = read(text)
        assert values(parsed) == [URIRef("http://b.example/y")]
        assert parsed.relative == frozenset()


@pytest.mark.parametrize(
    ("written", "meant"),
    [("info@stadt.example", "mailto:info@stadt.example"), ("www.stadt.example/x", "http://www.stadt.example/x")],
)
def test_mail_addresses_and_hosts_without_scheme_are_understood(written: str, meant: str) -> None:
    for base in (None, "https://a.example/k/c.rdf"):
        parsed = read(rdf_xml(f'<d:p rdf:resource="{written}"/>'), base=base)
        assert values(parsed) == [URIRef(meant)]
        assert parsed.relative == frozenset()
        assert notes(parsed) & {"mail", "scheme"}


# --- Encodings ------------------------------------------------------------------------------------------------------

UMLAUT = '<http://s> <http://d/p> "Straße Öl für über" .'


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("utf-8", "iso-8859-1"),
        ("iso-8859-1", "iso-8859-1"),
        ("cp1252", None),
        ("cp1252", "no-such-charset"),
        ("utf-32", None),
    ],
)
def test_text_of_every_usual_encoding_is_read(encoding: str, charset: str | None) -> None:
    parsed = read(UMLAUT.encode(encoding), content_type="text/turtle", charset=charset)
    assert values(parsed) == [Literal("Straße Öl für über")]


@pytest.mark.parametrize(
    "text", ["ä", "Straße", "Bürgerbüro in Möhringen", "10 °C, 5 m² – „neu“", "Kosten in €; Größe"]
)
def test_short_german_texts_are_never_taken_for_another_script(text: str) -> None:
    assert as_utf8(text.encode("windows-1252")).decode() == text


@pytest.mark.parametrize(
    ("declaration", "encoding", "charset"),
    [
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1", None),
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1", "utf-8"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16", None),
        ('<?xml version="1.0" encoding="UTF-8"?>', "iso-8859-1", None),
        ("", "utf-8", "iso-8859-1"),
        ("", "utf-8-sig", None),
        ("", "iso-8859-1", "iso-8859-1"),
    ],
)
def test_xml_of_every_usual_encoding_is_read(declaration: str, encoding: str, charset: str | None) -> None:
    parsed = read(rdf_xml("<d:p>Straße Öl für</d:p>", declaration).encode(encoding), charset=charset)
    assert values(parsed) == [Literal("Straße Öl für")]


# --- What it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type", "name", "expected"),
    [
        ("@prefix a: <http://a/> .", "", "", "turtle"),
        ("# Kommentar\n\nPREFIX a: <http://a/>", "text/plain", "", "turtle"),
        ("<http://a> <http://b> <http://c> .", "", "", "turtle"),
        ("<http://a>\n  a <http://c> .", "application/xml", "", "turtle"),
        ("<a> a <b> .", "text/turtle", "", "turtle"),
        ("[] a <b> .", "text/turtle; charset=utf-8", "", "turtle"),
        ("<http://a> <http://b> <http://c> .", "", "x.nq?a.ttl", "nquads"),
        ("{ <a> a <b> }", "", "/x/c.trig", "trig"),
        (rdf_xml(""), "text/html", "c.ttl", "rdfxml"),
        (rdf_xml("", "<!-- x --><?x?><!DOCTYPE a [<!ENTITY b 'c'>]>"), "", "", "rdfxml"),
        ('<d:Dataset xmlns:d="http://www.w3.org/ns/dcat#"/>', "", "", "rdfxml"),
        ("<gmd:MD xmlns:gmd='g'/>", "", "", "xml"),
        ("<x/>", "application/rdf+xml", "", "rdfxml"),
        ("<!DOCTYPE html><p>", "text/turtle", "", "html"),
        ("<HTML>", "", "c.ttl", "html"),
        ('{"@context": {}}', "text/plain", "", "jsonld"),
        ('[{"@id": "x"}]', "application/json", "", "jsonld"),
        ('{"success": true}', "application/json", "", "json"),
        ("[1]", "", "c.jsonld", "jsonld"),
        ("Wartung", "", "", "text"),
        ("a,b\n1,2", "text/csv", "a.csv", "text"),
        ("", "text/turtle", "", "empty"),
        (" \n", "", "", "empty"),
    ],
)
def test_what_an_answer_is_is_told_from_its_bytes_first(body: str, content_type: str, name: str, expected: str) -> None:
    assert sniff(body.encode(), content_type, name) == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><title>Wartung</title>", "is a web page, not RDF. Give the catalogue's own address"),
        (b'{"success": true}', "is JSON without JSON-LD"),
        (b"Wartung", "is plain text"),
        (b"", "is empty"),
        (b"<x/>", "is XML, but not"),
        (b"PK\x03\x04abc", "is a binary or compressed file"),
        (b"\x1f\x8b\x08", "is a binary or compressed file"),
    ],
)
def test_what_is_no_rdf_is_one_clear_sentence(body: bytes, words: str) -> None:
    message = refusal(body)
    assert words in message
    assert "Wartung" not in message


def test_a_person_may_know_better_what_it_is() -> None:
    assert len(read("<http://a> <http://b> <http://c> <http://g> .", syntax="nquads").graph) == 1
    assert "is empty" in refusal(b"", syntax="turtle")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_looking_fail(body: bytes) -> None:
    sniff(body)
    encoding_of(body)
    xml_encoding(body)
    as_utf8(body).decode()


@settings(max_examples=25, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["text/turtle", "application/rdf+xml", "application/ld+json", "application/trig"]),
)
def test_garbage_is_read_or_refused_and_nothing_else(body: bytes, content_type: str) -> None:
    said = ""
    try:
        read(body, content_type=content_type)
    except SourceUnreadable as error:
        said = str(error)
    assert len(said) < 200


# --- JSON-LD --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "context",
    [
        '"https://amt:geheim@a.example/c.jsonld?key=geheim"',
        '["http://a.example/c"]',
        '{"@import": "http://a.example/c"}',
        '{"x": {"@id": "http://d/p", "@context": "http://a.example/c"}}',
        '"file:///etc/passwd"',
        '[[{"x": {"@context": ["http://a.example/c"]}}]]',
    ],
)
def test_contexts_that_are_not_bundled_are_refused_by_name(context: str) -> None:
    message = refusal(f'{{"@context": {context}, "@id": "http://s", "x": {{}}}}')
    assert "JSON-LD context" in message
    assert "a.example/c" in message or "/etc/passwd" in message
    assert "geheim" not in message


def test_known_contexts_come_from_the_bundle() -> None:
    parsed = read(
        '{"@id": "http://s", "@type": "Dataset", "title": {"@value": "Bäume", "@language": "de"}, '
        '"theme": "http://t/1", '
        '"@context": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld"}'
    )
    assert set(parsed.graph) == {
        (S, RDF.type, DCAT.Dataset),
        (S, DCAT.theme, URIRef("http://t/1")),
        (S, URIRef("http://purl.org/dc/terms/title"), Literal("Bäume", lang="de")),
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("NaN", "no number"),
        ("Infinity", "no number"),
        ("1e999", "no number"),
        ("9" * 5000, "no number"),
        ("[" * 20_000, "nested"),
        ("[" * 200 + "]" * 200, "nested"),
        ('"x', "broken"),
    ],
)
def test_json_that_is_none_is_refused(value: str, words: str) -> None:
    assert words in refusal(f'{{"@id": "http://s", "http://d/p": {value}}}')


def test_half_a_surrogate_becomes_a_replacement_character() -> None:
    assert values(read('{"@id": "http://s", "http://d/p": "a\\ud800b"}')) == [Literal("a\ufffdb")]


# --- Harm -----------------------------------------------------------------------------------------------------------

LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "before",
    [
        LAUGHS,
        "<!DOCTYPE x [<!ENTITY a 'x'>]>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'http://127.0.0.1:1/'>]>",
        "<!DOCTYPE x [<!ENTITY % a SYSTEM 'http://127.0.0.1:1/'> %a;]>",
        f"<!DOCTYPE x [<!ENTITY a '{'h' * 7000}'>]>",
    ],
    ids=["laughs", "internal", "file", "http", "parameter", "quadratic"],
)
def test_entities_are_never_expanded(before: str) -> None:
    started = time.monotonic()
    message = refusal(rdf_xml("<d:p>" + "&a;" * 1000 + "</d:p>", before))
    assert "entities" in message or "broken XML" in message
    assert "root:" not in message
    assert time.monotonic() - started < 2


def test_dtds_stylesheets_schemas_and_includes_are_overlooked_and_fetch_nothing() -> None:
    parsed = read(
        rdf_xml(
            "<d:p>x</d:p>",
            '<?xml-stylesheet href="http://127.0.0.1:1/"?><!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        )
    )
    assert values(parsed) == [Literal("x")]


@pytest.mark.parametrize(
    "text",
    [
        rdf_xml("<d:x>" * 20_000),
        "<http://s> <http://d/p> " + "[ <http://d/p> " * 20_000 + "1" + "]" * 20_000 + " .",
        "<http://s> <http://d/p> " + "( " * 20_000 + ")" * 20_000 + " .",
        '{"@id":' + "[" * 20_000,
    ],
    ids=["xml", "turtle", "lists", "json-ld"],
)
def test_nesting_without_end_is_refused_in_a_moment(text: str) -> None:
    started = time.monotonic()
    assert "nested" in refusal(text)
    assert time.monotonic() - started < 2


def test_a_long_list_is_no_nesting() -> None:
    assert len(read("<http://s> <http://d/p> ( " + "1 " * 5000 + ") .").graph) == 10_001


def test_a_literal_of_two_megabytes_with_line_breaks_is_read_in_a_moment() -> None:
    started = time.monotonic()
    text = "abc\n" * 500_000
    assert values(read(rdf_xml("<d:p>" + text + "</d:p>"))) == [Literal(text)]
    assert time.monotonic() - started < 2


def test_forbidden_characters_of_xml_are_refused() -> None:
    assert "broken XML" in refusal(rdf_xml("<d:p>&#0;</d:p>"))
    assert "broken XML" in refusal(rdf_xml("<d:p>&#1;</d:p>"))


def test_a_memory_bomb_costs_the_child_and_not_us() -> None:
    message = refusal('<http://s> <http://d/p> "' + "x" * 200_000_000 + '" .', limits=Limits(memory=400_000_000))
    assert "memory" in message


def test_too_many_statements_are_refused() -> None:
    text = "".join(f"<http://s> <http://d/p> {number} ." for number in range(20))
    assert "more than 10 statements" in refusal(text, limits=Limits(statements=10))


def test_a_child_that_hangs_or_dies_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(parse, "_CHILD", child)
    for program, words in (
        ("import time; time.sleep(9)", "longer to read"),
        ("while True: pass", "longer to read"),
        ("import os; os.abort()", "more memory"),
        ("import os; os.kill(os.getpid(), 11)", "gave up"),
        ("raise SystemExit(3)", "does not start"),
        ("print('{')", "gave up"),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", "longer to read"),
    ):
        child.write_text(program)
        wall = 3.0 if "resource" in program else 0.2
        assert words in refusal(UMLAUT, limits=Limits(wall_seconds=wall))


def test_a_python_that_does_not_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_python", lambda: "/no/such/python")
    message = refusal(UMLAUT)
    assert "does not start on this machine" in message
    assert "/no/such" not in message


def test_under_a_web_server_the_interpreter_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/apache2")
    found = parse._python.__wrapped__()
    assert subprocess.run([found, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n"


# --- XML and JSON for other readers ---------------------------------------------------------------------------------


def test_xml_comes_back_without_dtd_comments_and_instructions() -> None:
    root = parse.xml(b'<?x?><!DOCTYPE a SYSTEM "http://127.0.0.1:1/"><a><!-- c --><b>\xc3\xa4</b></a>', name="quelle")
    assert (root.tag, root.findtext("b"), len(root)) == ("a", "\u00e4", 1)


def test_an_undeclared_prefix_is_overlooked_and_nothing_else() -> None:
    hits = b'<w:FC xmlns:w="http://w" xsi:schemaLocation="a b" numberMatched="3">'
    assert parse.xml(hits + b"</w:FC>", name="quelle").get("numberMatched") == "3"
    with pytest.raises(SourceUnreadable, match="broken XML"):
        parse.xml(hits + b"<a>", name="quelle")


def test_json_comes_back_checked() -> None:
    assert parse.json_value(b'{"a": [1, 2.5, "x\\u0000"]}', name="quelle") == {"a": [1, 2.5, "x"]}
    for body in (b"", b"{", b"NaN", b"[" * 20_000, b"<html>"):
        with pytest.raises(SourceUnreadable):
            parse.json_value(body, name="quelle")
