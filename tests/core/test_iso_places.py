"""Places and periods of ISO records, by records written for each form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import iso_records as iso
from tests.core.iso_records import package, rules

KEY = "http://dcat-ap.de/def/politicalGeocoding/"
REGISTRY = "https://registry.gdi-de.org/id/de.bund.bkg"


def places(inner: str, description: str = "") -> list[dict[str, Any]]:
    return package(iso.record(info=iso.extent(inner, description))).get("spatial_coverage", [])


def test_a_box_keeps_the_figures_of_the_record() -> None:
    (made,) = places(iso.box("9.0386", "9.31582", "48.69219", "48.86638000001"))
    assert made["bbox"] == (
        "POLYGON((9.0386 48.69219, 9.31582 48.69219, 9.31582 48.86638000001, 9.0386 48.86638000001, 9.0386 48.69219))"
    )
    assert made["centroid"].startswith("POINT(9.17721 48.779")


@pytest.mark.parametrize(
    "sides",
    [("9", "9", "48", "48"), ("9,5", "9,5", "48,5", "48,5")],
)
def test_a_box_of_one_point_is_a_point(sides: tuple[str, ...]) -> None:
    (made,) = places(iso.box(*sides))
    assert set(made) == {"centroid"}


@pytest.mark.parametrize(
    ("sides", "rule"),
    [
        (("3500000", "3600000", "5400000", "5500000"), ["extent_impossible"]),
        (("9", "10", "480", "490"), ["extent_impossible"]),
        (("9", "x", "48", "49"), []),
        (("", "", "", ""), []),
        (("NaN", "inf", "48", "49"), []),
    ],
)
def test_a_box_that_is_none_is_left_out(sides: tuple[str, ...], rule: list[str]) -> None:
    assert places(iso.box(*sides)) == []
    assert rules(iso.record(info=iso.extent(iso.box(*sides)))) == rule


def test_sides_that_are_swapped_are_set_right() -> None:
    (made,) = places(iso.box("9.3", "9.0", "48.9", "48.7"))
    assert made["bbox"].startswith("POLYGON((9 48.7, 9.3 48.7, 9.3 48.9")


def test_what_does_not_belong_to_the_extent_is_no_place() -> None:
    assert places(iso.box(9, 10, 48, 49, "false")) == []


@pytest.mark.parametrize(
    ("name", "link", "iri"),
    [
        ("Stuttgart (08111000)", "", f"{KEY}municipalityKey/08111000"),
        ("081110000000", "", f"{KEY}regionalKey/081110000000"),
        ("08111", "", f"{KEY}districtKey/08111"),
        ("08", "", f"{KEY}stateKey/08"),
        ("Stuttgart", f"{REGISTRY}.regschluessel/081110000000", f"{KEY}regionalKey/081110000000"),
        ("Stuttgart", f"{KEY}municipalityKey/08111000", f"{KEY}municipalityKey/08111000"),
        ("Tschechien", "http://publications.europa.eu/resource/authority/country/CZE", "http://publications.europa.eu/resource/authority/country/CZE"),
        ("70173", "", None),
        ("99999999", "", None),
        ("Stuttgart", "https://geonames.example/1", None),
    ],
)  # fmt: skip
def test_official_keys_and_lists_name_places(name: str, link: str, iri: str | None) -> None:
    (made,) = places(iso.place(name, link))
    assert made.get("uri") == iri
    assert made["text"] == name


def test_a_box_belongs_to_the_name_before_it_and_the_first_one_to_the_description() -> None:
    made = places(iso.place("Nord") + iso.box(9, 9.1, 48, 48.1) + iso.place("Süd") + iso.box(9, 9.1, 47, 47.1), "Stadt")
    assert [(each["text"], "bbox" in each) for each in made] == [("Stadt", False), ("Nord", True), ("Süd", True)]
    (one,) = places(iso.box(9, 9.1, 48, 48.1), "Stadt")
    assert one["text"] == "Stadt"


UTM = "http://www.opengis.net/def/crs/EPSG/0/25832"


def polygon(system: str, positions: str, kind: str = "posList") -> str:
    name = f' srsName="{system}"' if system else ""
    return (
        f'<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon><gml:Polygon gml:id="p"{name}><gml:exterior>'
        f"<gml:LinearRing><gml:{kind}>{positions}</gml:{kind}></gml:LinearRing></gml:exterior></gml:Polygon></gmd:polygon>"
        "</gmd:EX_BoundingPolygon></gmd:geographicElement>"
    )


@pytest.mark.parametrize(
    ("system", "positions", "box"),
    [
        ("", "9 48 9.5 48 9.5 48.5 9 48", "POLYGON((9 48, 9.5 48, 9.5 48.5, 9 48.5, 9 48))"),
        ("urn:ogc:def:crs:EPSG::4326", "48 9 48 9.5 48.5 9.5 48 9", "POLYGON((9 48, 9.5 48, 9.5 48.5, 9 48.5, 9 48))"),
        ("EPSG:4326", "9 48 9.5 48 9.5 48.5 9 48", "POLYGON((9 48, 9.5 48, 9.5 48.5, 9 48.5, 9 48))"),
        ("EPSG:3857", "9 48 9.5 48 9.5 48.5 9 48", "POLYGON((9 48, 9.5 48, 9.5 48.5, 9 48.5, 9 48))"),
        (
            "urn:ogc:def:crs:EPSG::25832",
            "500000 5400000 510000 5400000 510000 5410000 500000 5400000",
            f"<{UTM}> POLYGON((500000 5400000, 510000 5400000, 510000 5410000, 500000 5410000, 500000 5400000))",
        ),
    ],
)
def test_a_polygon_is_boiled_down_to_its_box_in_its_own_system(system: str, positions: str, box: str) -> None:
    (made,) = places(polygon(system, positions))
    assert made["bbox"] == box


def test_a_polygon_beside_a_box_adds_nothing_and_broken_ones_are_left_out() -> None:
    assert len(places(iso.box(9, 9.1, 48, 48.1) + polygon("", "1 1 2 2 3 3 1 1"))) == 1
    assert places(polygon("", "")) == []
    assert places(polygon("", "a b c")) == []
    assert places(polygon("", "9,48 9.5,48.5", "coordinates"))[0]["bbox"].startswith("POLYGON((9 48")


def position(name: str, value: str = "", how: str = "") -> str:
    return (
        f'<gml:{name} indeterminatePosition="{how}">{value}</gml:{name}>'
        if how
        else f"<gml:{name}>{value}</gml:{name}>"
    )


BEGIN_2020, NO_END = position("beginPosition", "2020"), position("endPosition")


@pytest.mark.parametrize(
    ("inner", "made"),
    [
        (BEGIN_2020 + position("endPosition", "2021-05"), {"start": "2020", "end": "2021-05"}),
        (BEGIN_2020 + position("endPosition", how="now"), {"start": "2020"}),
        (position("beginPosition", "2020", "unknown") + position("endPosition", "2021"), {"end": "2021"}),
        (position("beginPosition", "2020", "after") + NO_END, {"start": "2020"}),
        (iso.nest("gml:begin gml:TimeInstant gml:timePosition", "2019") + "<gml:end/>", {"start": "2019"}),
        ("", None),
    ],
)
def test_times_are_periods_with_open_ends(inner: str, made: dict[str, str] | None) -> None:
    period = iso.period(iso.nest("gml:TimePeriod", inner))
    assert package(iso.record(info=iso.extent(period))).get("temporal_coverage") == ([made] if made else None)


def test_a_moment_is_a_period_that_ends_when_it_begins() -> None:
    moment = iso.period(iso.nest("gml:TimeInstant gml:timePosition", "2018-02-03"))
    made = package(iso.record(info=iso.extent(moment)))["temporal_coverage"]
    assert made == [{"start": "2018-02-03", "end": "2018-02-03"}]
