"""DCAT written as JSON, with or without prefixes and context, as dicts of the model's fields. Pure.

A key is known by its last part (`dct:title`, `dcterms:title`, `http://purl.org/dc/terms/title`, `title`), whatever its
case; which field it fills and how its value is read comes from `dcatde/model.yaml`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES
from ckanext.stuttgart.dcatde.model import Row, load
from ckanext.stuttgart.harvest import boxes, loose, text
from ckanext.stuttgart.harvest.reader import Package

PREFIXES = {"dct": "dcterms", "dc": "dcterms"}
# Names of Project Open Data (DCAT-US 1.1), of its first version and of portals -> the property that is meant.
ALIASES = {
    "accesslevel": "accessrights",
    "created": "issued",
    "describedby": "page",
    "email": "hasemail",
    "frequency": "accrualperiodicity",
    "fullname": "fn",
    "keywords": "keyword",
    "mbox": "hasemail",
    "phone": "hastelephone",
    "size": "bytesize",
    "tags": "keyword",
    "telephone": "hastelephone",
    "themes": "theme",
    "url": "accessurl",
    "webservice": "accessurl",
}
COMPACT = re.compile(r"(?!https?$)[a-z]{2,12}:(?!//)(\S+)", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MARKDOWN = frozenset({"notes", "description"})


@dataclass
class Tree:
    """Reads nodes and keeps what was noticed on the way."""

    findings: list[Finding] = field(default_factory=list)

    def read(self, name: str, node: Any) -> Package:
        """The fields of a node of a class of the model, with its `uri`; a text is what such a node says of itself."""
        class_ = load().classes[name]
        if not isinstance(node, dict):
            return TEXTS[name](self, loose.said(node)) if name in TEXTS and not isinstance(node, list) else {}
        if name == "Location":
            return self._location(node)
        curies, locals_ = _rows(name)
        found: dict[str, Any] = {}
        for key, value in node.items():
            row = curies.get(_curie(key)) or locals_.get(_local(key)) or locals_.get(ALIASES.get(_local(key), ""))
            if row and found.get(row.field) in (None, "", [], {}):
                found[row.field] = KINDS[row.kind](self, row, value)
        uri = _own_iri(node)
        if not found and class_.literal:
            found = {class_.literal: loose.said(node)}
        return loose.filled({"uri": uri, **found})

    def places(self, value: Any) -> list[Package]:
        """Every place of a value: a node, a geometry, four numbers, a name."""
        if boxes.box(value):
            return self._box(boxes.box(value))
        return [place for item in loose.items(value) for place in self._place(item)]

    def _place(self, item: Any) -> list[Package]:
        said = loose.said(item)
        numbers = re.split(r"[,;\s]+", said) if isinstance(item, str) else item
        box = boxes.box(numbers) or (boxes.of_geometry(_envelope(item)) if isinstance(item, dict | str) else None)
        if box:
            return self._box(box)
        made = self.read("Location", item)
        return [made] if made else []

    def _box(self, box: Any) -> list[Package]:
        if boxes.possible(box):
            return list(boxes.locations(box))
        shown = ", ".join(f"{number:g}" for number in box)
        self.findings.append(Finding("extent_impossible", "warning", "spatial_coverage", shown))
        return []

    def _location(self, node: dict[str, Any]) -> Package:
        """A place with its name, IRI and the geometry in whichever of its properties one stands."""
        values = {_local(key): value for key, value in node.items()}
        geometries = (values.get(name) for name in ("bbox", "centroid", "geometry", "box"))
        found = (boxes.of_geometry(_envelope(loose.get(one, "@value") or one)) for one in geometries if one)
        box = next((one for one in found if one), None)
        name = loose.said(loose.first(values.get("preflabel"), values.get("label"), values.get("name")))
        placed = self._box(box) if box else []
        return loose.filled({"uri": _own_iri(node), "text": name, **(placed[0] if placed else {})})

    def mail(self, value: Any) -> str:
        """A mail address; of a text that is none, the only address in it."""
        said = loose.text(value.get("@id") or value if isinstance(value, dict) else value)
        if not said or iris.email(said):
            return said
        inside = set(MAIL.findall(said[:5000]))
        if len(inside) != 1:
            return said
        found = inside.pop()
        self.findings.append(Finding("email_in_text", "notice", "contact", said[:500], found))
        return found

    def languages(self, value: Any, made: Callable[[str], str]) -> Any:
        """A text, or the texts of several languages by language, each as `made` writes it."""
        entries = [entry for entry in loose.mappings(value) if "@language" in entry]
        if entries:
            return {loose.text(entry["@language"]): made(loose.said(entry)) for entry in entries}
        if isinstance(value, dict) and value and all(re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2})?", key) for key in value):
            return {key: made(loose.said(item)) for key, item in value.items()}
        return made(loose.said(value))


def _texts(tree: Tree, row: Row, value: Any) -> Any:
    if row.field == "tags":
        given = loose.items(value)
        tags = loose.words(given[0] if len(given) == 1 else given)
        return [{"name": name} for name in dict.fromkeys(text.title(tag) for tag in tags) if name]
    return tree.languages(value, text.markdown if row.field in MARKDOWN else text.title)


def _plain(tree: Tree, row: Row, value: Any) -> Any:
    found = loose.texts(value)
    return found if row.overflow and len(found) > 1 else found[0] if found else ""


def _iris(tree: Tree, row: Row, value: Any) -> Any:
    found = [made for item in loose.items(value) if (made := _reference(item))]
    return found if row.many or (row.overflow and len(found) > 1) else found[0] if found else ""


def _concepts(tree: Tree, row: Row, value: Any) -> Any:
    """IRIs and names for a code list; of `lang:ENG` and `ftype:CSV` the code."""
    found = [_code(made) for item in loose.items(value) if (made := _reference(item))]
    return found if row.many else found[0] if found else ""


def _statements(tree: Tree, row: Row, value: Any) -> Any:
    found = [text.plain(made) for item in loose.items(value) if (made := _reference(item))]
    found = list(dict.fromkeys(filter(None, found)))
    return found if row.many else found[0] if found else ""


def _nodes(tree: Tree, row: Row, value: Any) -> Any:
    if row.of == "Location":
        return tree.places(value)
    nodes = [made for item in loose.items(value) if (made := tree.read(row.of, item))]
    return nodes[:1] if row.max == 1 else nodes


KINDS: dict[str, Callable[[Tree, Row, Any], Any]] = {
    "text": _texts,
    "literal": _plain,
    "date": lambda tree, row, value: loose.date(loose.first(*loose.items(value))),
    "integer": _plain,
    "decimal": _plain,
    "duration": _plain,
    "hex": _plain,
    "wkt": _plain,
    "iri": _iris,
    "ref": _iris,
    "concept": _concepts,
    "media": _concepts,
    "statement": _statements,
    "node": _nodes,
    "email": lambda tree, row, value: tree.mail(loose.first(*loose.items(value))),
    "tel": _plain,
}


def _agent(tree: Tree, said: str) -> Package:
    return {"uri": said} if loose.address(said) else {"name": text.title(said)} if said else {}


def _kind(tree: Tree, said: str) -> Package:
    mail = tree.mail(said)
    return {"email": mail} if iris.email(mail) else {"url": said} if loose.address(said) else {"name": said}


def _period(tree: Tree, said: str) -> Package:
    start, _, end = said.partition("/")
    return loose.filled({"start": start, "end": "" if end in ("", "..") else end})


def _named(tree: Tree, said: str) -> Package:
    return {"uri": said} if loose.address(said) else {"text": said} if said else {}


# What a text says where a node is expected.
TEXTS: dict[str, Callable[[Tree, str], Package]] = {
    "Agent": _agent,
    "Kind": lambda tree, said: _kind(tree, said) if said else {},
    "PeriodOfTime": _period,
    "Location": _named,
    "Identifier": lambda tree, said: {"notation": said} if said else {},
    "Distribution": lambda tree, said: {"url": said} if loose.address(said) else {},
}


def _local(key: str) -> str:
    return re.split(r"[/#:]", key)[-1].lower()


def _curie(key: str) -> str:
    prefix, _, name = key.partition(":")
    return f"{PREFIXES.get(prefix, prefix)}:{name}".lower()


@functools.cache
def _rows(name: str) -> tuple[dict[str, Row], dict[str, Row]]:
    """The rows of a class with a field, by their curie and by its last part, where the first row has it."""
    rows = [row for row in load().classes[name].rows if row.field]
    by_local: dict[str, Row] = {}
    for row in rows:
        by_local.setdefault(_local(row.curie), row)
    for row in rows:
        for old in row.legacy:
            by_local.setdefault(_local(str(old.predicate)), row)
    return {row.curie.lower(): row for row in rows}, by_local


def _own_iri(node: dict[str, Any]) -> str:
    """The IRI of a node itself."""
    found = loose.text(loose.first(node.get("@id"), node.get("uri")))
    return found if iris.scheme_of(found) in IRI_SCHEMES else ""


def _reference(item: Any) -> str:
    """What an entry names: its IRI, else its text."""
    return loose.text(item.get("@id")) or loose.said(item) if isinstance(item, dict) else loose.said(item)


def _code(name: str) -> str:
    found = COMPACT.fullmatch(name)
    return found[1] if found and iris.scheme_of(name) not in IRI_SCHEMES else name


def _envelope(value: Any) -> Any:
    """Esri's envelope, two corners, as a geometry that every reader of GeoJSON knows."""
    if isinstance(value, dict) and str(value.get("type")).lower() == "envelope":
        return {**value, "type": "MultiPoint"}
    return value
