"""Strategies for packages, drawn from the model itself: every row of every class, good values and bad ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.model import Class, Row, load

IRIS = [
    "https://example.org/a",
    "http://example.org/b?x=1&y=ü",
    "https://example.org/mit leer",
    "www.example.org/c",
    "urn:uuid:1",
    "relativ/pfad",
    "",
]
DATES = [
    "2024",
    "2024-05",
    "2024-05-06",
    "2024-05-06T07:08:09Z",
    "2024-05-06T07:08:09.5+02:00",
    "6.5.2024",
    "2021-01-28 GMT 01:51:03.349",
    "bald",
]
WKT = [
    "POINT(9.18 48.78)",
    "POLYGON((9 48,9.3 48,9.3 48.9,9 48))",
    '{"type": "Point", "coordinates": [9.1, 48.7]}',
    "irgendwo",
]
texts = st.text(max_size=30) | st.sampled_from(
    ["Bäume", "Trees", "Open Data", "  Rand  ", "<b>x</b>", "a\u0000b", "zwei\nZeilen"]
)
junk = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.none(), max_size=2) | st.just({"x": 1})


def _concepts(row: Row) -> st.SearchStrategy[Any]:
    terms = sorted(vocabulary.load(row.vocabulary), key=lambda t: t.uri)[:12]
    known = [t.uri for t in terms] + [t.code for t in terms] + [t.labels.get("de", "") for t in terms]
    return st.sampled_from([*known, "unbekannt", "http://example.org/fremd"])


KINDS: dict[str, Any] = {
    "text": lambda row: texts,
    "literal": lambda row: texts | st.sampled_from(IRIS),
    "date": lambda row: st.sampled_from(DATES),
    "integer": lambda row: st.integers(-1, 10**12) | st.sampled_from(["17", "1.0", "1 KB"]),
    "decimal": lambda row: st.sampled_from(["10", "10.0", "0,5", 3, 2.5, "1e3", "x"]),
    "duration": lambda row: st.sampled_from(["P1D", "PT15M", "P1Y2M3DT4H", "täglich"]),
    "hex": lambda row: st.sampled_from(["ab12", "AB12", "xyz"]),
    "wkt": lambda row: st.sampled_from(WKT),
    "iri": lambda row: st.sampled_from(IRIS),
    "ref": lambda row: st.sampled_from(IRIS),
    "concept": _concepts,
    "media": lambda row: st.sampled_from(
        ["text/csv", "application/geo+json", "CSV", "https://www.iana.org/assignments/media-types/text/csv"]
    ),
    "email": lambda row: st.sampled_from(["a@example.org", "mailto:b@example.org", "kein"]),
    "tel": lambda row: st.sampled_from(["+49 711 216-0", "tel:+497112160", "0711/2160"]),
    "statement": lambda row: texts | st.sampled_from(IRIS),
}


def _value(row: Row) -> st.SearchStrategy[Any]:
    if row.kind == "node":
        return st.lists(node(load().classes[row.of], f"https://example.org/{row.of}/"), max_size=2)
    one = KINDS[row.kind](row)
    if row.field == "tags":
        one = texts.map(lambda name: {"name": name})
    return st.lists(one, max_size=3) if row.many else one | junk


def node(class_: Class, base: str = "") -> st.SearchStrategy[dict[str, Any]]:
    """A dict of one class; named parts share two names, so that clashes happen."""
    fields: dict[str, Any] = {}
    for row in class_.rows:
        if row.field:
            fields[row.field] = _value(row)
        if row.overflow:
            fields[row.overflow] = st.lists(KINDS[row.kind](row), max_size=2)
        if row.inline:
            fields |= {part.field: _value(part) for part in load().classes[row.of].rows}
    if base:
        fields["uri"] = st.sampled_from([base + "1", base + "2", ""])
    text_rows = [row.field for row in class_.rows if row.kind == "text" and row.field]
    if class_.package or class_.name == "Distribution":
        entry = st.fixed_dictionaries(
            {
                "field": st.sampled_from(text_rows),
                "language": st.sampled_from(["en", "fr", "de", "EN-gb", ""]),
                "text": texts,
            }
        )
        fields["translations"] = st.lists(entry, max_size=4)
    return st.fixed_dictionaries({}, optional=fields)


def packages() -> st.SearchStrategy[dict[str, Any]]:
    """Packages of all three types, with a title more often than not."""
    return st.one_of(
        node(class_).map(lambda values, type_=type_: {"type": type_, **values})
        for type_, class_ in load().packages.items()
    )


def hostile(*, huge: bool = True) -> st.SearchStrategy[Any]:
    """Any JSON value and some that JSON does not know, as a broken source or a careless caller may hand over."""
    strange = st.sampled_from(
        [
            "\x00",
            "\ud800",
            "javascript:alert(1)",
            "[",
            '["de"]',
            '{"de": "x"}',
            "[[[[",
            "1e400",
            "²",
            "٢٠٢٤",
            "a.b",
            "//",
            ":",
        ]
    )
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | strange | texts
    return st.recursive(
        plain | st.just(10**4000) if huge else plain,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(st.sampled_from(["uri", "name", "de", "en", "x.y", "", "text"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
