"""Geometries out of what catalogues write, as WKT, boxes and points."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde import geometry

UTM = "<http://www.opengis.net/def/crs/EPSG/0/25832> "
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
BOX = "POLYGON((9.04 48.69, 9.32 48.69, 9.32 48.87, 9.04 48.87, 9.04 48.69))"


def geojson(type_: str, coordinates: Any, **more: Any) -> dict[str, Any]:
    return {"type": type_, "coordinates": coordinates, **more}


SQUARE = geojson("Polygon", [[[9.04, 48.69], [9.32, 48.69], [9.32, 48.87], [9.04, 48.87], [9.04, 48.69]]])


@pytest.mark.parametrize(
    "text",
    [
        "POINT(9.18 48.78)",
        "Point (9.18 48.78)",
        "POINT Z (9.18 48.78 245.5)",
        "MULTIPOINT((9 48), (9.1 48.1))",
        "POLYGON ((9.4228 54.8232, 9.4376 54.8089, 9.4286 54.8, 9.4228 54.8232))",
        "GEOMETRYCOLLECTION(POINT(9 48), LINESTRING(9 48, 9.1 48.1))",
        f"{UTM}POINT(513000 5402000)",
        f"{CRS84}\n   Polygon((3.98 44.05, 3.98 44.11, 4 44.11, 3.98 44.05))",
    ],
)
def test_valid_wkt_stays_as_it_is_to_the_letter(text: str):
    assert geometry.wkt(text) == text


@pytest.mark.parametrize(
    ("given_", "made"),
    [
        (SQUARE, BOX),
        (json.dumps(SQUARE), BOX),
        ({"type": "Feature", "geometry": SQUARE, "properties": {}}, BOX),
        ({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]}, BOX),
        ([9.04, 48.69, 9.32, 48.87], BOX),
        ("9.04,48.69,9.32,48.87", BOX),
        ("[9.04 48.69 9.32 48.87]", BOX),
        ("ENVELOPE(9.04, 9.32, 48.87, 48.69)", BOX),
        (geojson("Point", [9.18, 48.78]), "POINT(9.18 48.78)"),
        ({"type": "Feature", "geometry": geojson("Point", [9.18, 48.78, 245])}, "POINT(9.18 48.78)"),
        ("SRID=4326;POINT(9.18 48.78)", "POINT(9.18 48.78)"),
        ("SRID=25832;POINT(513000 5402000)", f"{UTM}POINT(513000 5402000)"),
    ],
)
def test_other_notations_become_wkt(given_: Any, made: str):
    assert geometry.wkt(given_) == made


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:EPSG::25832",
        "urn:ogc:def:crs:EPSG:6.9:25832",
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "EPSG:25832",
    ],
)
def test_the_reference_system_of_geojson_is_kept(name: str):
    point = geojson("Point", [513000, 5402000], crs={"type": "name", "properties": {"name": name}})
    assert geometry.wkt(point) == f"{UTM}POINT(513000 5402000)"


def test_degrees_east_and_north_need_no_reference_system():
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"):
        point = geojson("Point", [9.18, 48.78], crs={"type": "name", "properties": {"name": name}})
        assert geometry.wkt(point) == "POINT(9.18 48.78)"


def test_an_area_is_boiled_down_to_its_middle_where_a_point_is_wanted():
    assert geometry.wkt(SQUARE, box=False) == "POINT(9.18 48.78)"


def test_box_and_centre_of_any_shape_are_in_its_reference_system():
    shape = geometry.read(f"{UTM}LINESTRING(500000 5400000, 500100 5400300)")
    assert shape is not None
    ring = "500000 5400000, 500100 5400000, 500100 5400300, 500000 5400300, 500000 5400000"
    assert shape.box() == f"{UTM}POLYGON(({ring}))"
    assert shape.centre() == f"{UTM}POINT(500050 5400150)"


def test_figures_are_written_without_exponent_and_without_needless_zeros():
    shape = geometry.read([1e-9, 48.0, 9.10, 1e3])
    assert shape is not None
    assert shape.box() == "POLYGON((0 48, 9.1 48, 9.1 1000, 0 1000, 0 48))"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Stuttgart",
        "POINT(Stuttgart Mitte)",
        "POINT(9.18)",
        "POLYGON((9 48, Rand, 9.1 48))",
        "POLYGON((9 48, 9.1 48",
        "POINT EMPTY",
        "9.04, 48.69, 9.32",
        "<gml:Point><gml:pos>48 9</gml:pos></gml:Point>",
        "{",
        '{"type": "Point"}',
        {"type": "Point", "coordinates": ["9.18", "48.78"]},
        {"type": "Point", "coordinates": [float("nan"), 48]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [10**400, 48]},
        [9.04, 48.69, 9.32],
        [9.04, 48.69, None, 48.87],
        None,
        True,
        17,
    ],
)
def test_what_is_no_geometry_is_none(value: Any):
    assert geometry.wkt(value) is None
    assert geometry.read(value) is None


@pytest.mark.parametrize(
    "text",
    [
        "POINT" + " " * 1_000_000 + "x",
        "POINT(" + "1" * 1_000_000 + ")",
        "1" * 1_000_000,
        "1 " * 500_000,
        "ENVELOPE(" + "1" * 1_000_000,
        "<" + "a" * 1_000_000,
        "SRID" + " " * 1_000_000,
        "POLYGON(" + "(" * 500_000 + ")" * 500_000 + ")",
        "POLYGON((" + "1 2," * 300_000 + "))",
        '{"type":"Polygon","coordinates":' + "[" * 100_000 + "]" * 100_000 + "}",
        "x" * 5_000_000,
    ],
    ids=lambda text: f"{text[:12]}",
)
def test_hostile_text_costs_time_in_proportion_to_its_length(text: str):
    began = time.process_time()
    geometry.wkt(text)
    assert time.process_time() - began < 3


def test_deeply_nested_geojson_is_looked_at_to_a_fixed_depth():
    value: Any = [9, 48]
    for _ in range(50):
        value = [value]
    assert geometry.wkt({"type": "Polygon", "coordinates": value}) is None


PLACES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@settings(max_examples=200)
@given(st.lists(PLACES, min_size=1, max_size=6))
def test_box_and_centre_are_wkt_that_is_read_again(points: list[tuple[float, float]]):
    shape = geometry.read({"type": "MultiPoint", "coordinates": [list(point) for point in points]})
    assert shape is not None
    for text in (shape.box(), shape.centre()):
        assert geometry.wkt(text) == text
        assert not re.search("[eE]", text.removeprefix("POLYGON").removeprefix("POINT"))
