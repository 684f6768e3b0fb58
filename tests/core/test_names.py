"""Addresses for packages, ids for resources and tags: readable, stable, and such that CKAN takes them."""

from __future__ import annotations

import re
import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.names import LONGEST, RESERVED, free_name, resource_id, resource_ids, slug, tag_names

NAME = re.compile(r"[a-z0-9_-]{2,100}")
TAG = re.compile(r"[\w .-]{2,100}")
PACKAGE = "4a1f9c52-7d3e-5b64-9a0e-2f6a3f9b1c11"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bäume im Süden (2024)", "baeume-im-sueden-2024"),
        ("Straßenverzeichnis", "strassenverzeichnis"),
        ("ÄÖÜ", "aeoeue"),
        ("Ba\u0308ume", "baeume"),
        ("Café Éclair", "cafe-eclair"),
        ("  --Luft & Lärm--  ", "luft-laerm"),
        ("Einwohner_nach Alter/Bezirk", "einwohner-nach-alter-bezirk"),
        ("Wörter" + " und noch mehr" * 20, "woerter" + "-und-noch-mehr" * 5),
        ("x" * 200, "x" * LONGEST),
        ("", "datensatz"),
        ("?", "datensatz"),
        ("A", "datensatz"),
        ("日本", "datensatz"),
        ("\ud800", "datensatz"),
    ],
)
def test_a_name_is_the_title_in_small_letters(title: str, name: str):
    assert slug(title) == name


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=150))
def test_every_title_gives_a_name_that_ckan_takes(title: str):
    assert NAME.fullmatch(slug(title))
    assert len(slug(title)) <= LONGEST
    for taken in ((), {slug(title)}):
        name = free_name(title, PACKAGE, taken)
        assert NAME.fullmatch(name)
        assert name not in RESERVED
        assert name not in taken


def test_a_taken_name_gets_the_start_of_the_id():
    assert free_name("Bäume", PACKAGE, {"baeume"}) == "baeume-4a1f9c52"
    assert free_name("Bäume", PACKAGE, set()) == "baeume"


@pytest.mark.parametrize("title", ["New", "Search", "edit"])
def test_the_name_of_a_page_of_ckan_is_taken(title: str):
    assert free_name(title, PACKAGE, ()) == f"{title.lower()}-4a1f9c52"


def test_a_resource_keeps_its_id_by_iri_then_address_then_place():
    named, addressed, bare = (
        {"uri": "https://example.org/r", "url": "https://example.org/a"},
        {"url": "https://example.org/a"},
        {},
    )
    ids = [resource_id(PACKAGE, resource, 3) for resource in (named, addressed, bare)]
    assert len(set(ids)) == 3
    assert [str(UUID(id_)) for id_ in ids] == ids
    assert resource_id(PACKAGE, {**named, "url": "https://example.org/b", "name": "neu"}, 7) == ids[0]
    assert resource_id(PACKAGE, {**addressed, "name": "neu"}, 7) == ids[1]
    assert resource_id("another", named, 3) != ids[0]


def test_resources_at_one_address_have_ids_of_their_own_and_the_first_that_of_the_address():
    wfs = {"url": "https://geo.example/wfs"}
    ids = resource_ids(
        PACKAGE, [wfs, {**wfs, "name": "B"}, {"url": "https://example.org"}, {**wfs, "name": "C"}, {}, {}]
    )
    assert len(set(ids)) == 6
    assert ids[0] == resource_id(PACKAGE, wfs, 0)
    assert ids == resource_ids(PACKAGE, [wfs, wfs, {"url": "https://example.org"}, wfs, {}, {}])
    assert resource_ids(PACKAGE, []) == []


@pytest.mark.parametrize(
    ("keyword", "tags"),
    [
        ("Verkehr", ["Verkehr"]),
        ("Rad, Fuß; Bus", ["Rad", "Fuß", "Bus"]),
        ("Luft/Lärm", ["Luft Lärm"]),
        ("  viel   Raum ", ["viel Raum"]),
        ("A", []),
        ("", []),
        ("…", []),
        ("ÖPNV-Haltestelle", ["ÖPNV-Haltestelle"]),
        ("x" * 200, ["x" * 100]),
        ("\ud800ab", ["ab"]),
    ],
)
def test_a_keyword_is_parted_into_tags_that_ckan_takes(keyword: str, tags: list[str]):
    assert tag_names(keyword) == tags


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=150))
def test_every_tag_is_one_that_ckan_takes(keyword: str):
    for tag in tag_names(keyword):
        assert TAG.fullmatch(tag)
        assert tag == tag.strip()


def test_huge_titles_and_keywords_cost_time_in_proportion_to_their_length():
    began = time.process_time()
    for text in ("ä" * 2_000_000, "- " * 1_000_000, "," * 2_000_000, " " * 2_000_000):
        slug(text)
        tag_names(text)
    assert time.process_time() - began < 8
