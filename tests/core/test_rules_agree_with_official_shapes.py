"""Our official rules find what the official shapes find: the same constraints, the same results."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SKOS
from rdflib.term import Node

from ckanext.stuttgart.dcatde import rules, vocabulary
from ckanext.stuttgart.dcatde.model import DATATYPES, Row, load
from ckanext.stuttgart.dcatde.view import short
from tests.core import official_shapes as shapes
from tests.core.situations import SITUATIONS, graph

pytestmark = pytest.mark.thorough

CASES = sorted((shapes.SHARED / "cases" / "dcat").glob("*")) if shapes.SHARED.is_dir() else []
FILES = [path for path in [*CASES, shapes.GOLDEN] if path.suffix in {".ttl", ".rdf", ".xml"}]

# docs/rules.md names each of them: results that one side has and the other does not, by file. There is none.
EXCEPTIONS: dict[str, set[shapes.Result]] = {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_has_the_findings_of_the_official_shapes(path: Path):
    data = shapes.parse(path)
    assert shapes.ours(data) ^ shapes.official(data) == EXCEPTIONS.get(path.name, set())


def test_every_situation_has_the_findings_of_the_official_shapes():
    shapes.checker()
    together = (
        Graph()
    )  # one run of the official shapes costs a tenth of a second: the number in an IRI tells which it is
    for number, situation in enumerate(SITUATIONS):
        together += graph(situation.turtle, f"https://example.org/{number}/")
    assert shapes.ours(together) == shapes.official(together)


@pytest.mark.parametrize("seed", range(12))
def test_randomly_broken_graphs_have_the_findings_of_the_official_shapes(seed: int):
    shapes.checker()
    data = _broken(random.Random(seed))
    assert shapes.ours(data) == shapes.official(data)


def test_the_model_demands_what_the_official_shapes_demand_and_nothing_else():
    assert _demanded_by_model() == _demanded_by_shapes()


def test_our_lists_hold_the_terms_the_official_check_knows():
    stub = shapes.vocabulary_stub() if shapes.checker() else Graph()
    checked = {row.vocabulary for checks in rules.compiled().values() for row, _ in checks.rows.values() if row.list}
    for name in sorted(checked):
        listed = vocabulary.load(name)
        assert {term.uri for term in listed} == {str(t) for t in stub.subjects(SKOS.inScheme, URIRef(listed.scheme))}, (
            name
        )


# --- constraints, written the same way from both sides -----------------------------------------------------------


def _demanded_by_model() -> set[tuple[str, str, str]]:
    shapes.checker()
    found = set()
    for checks in rules.compiled().values():
        name = short(checks.class_.iri)
        for row, _ in checks.rows.values():
            found |= {(name, row.curie, demand) for demand in _demands(row)}
        found |= {(name, _names(group), "minCount 1 violation") for group in checks.class_.any}
    for old in load().deprecated:
        on = short(old.on or old.predicate)
        found.add((on, short(old.predicate), "not warning" if old.values else "maxCount 0 warning"))
    return found


def _names(paths: tuple[URIRef, ...] | Collection) -> str:
    return " | ".join(short(path) for path in paths)


def _demands(row: Row) -> list[str]:
    kind = "Literal" if row.literal else "IRI" if row.iri_only else "BlankNodeOrIRI"
    demands = {
        "minCount 1 violation": row.mandatory,
        f"maxCount {row.max} violation": row.max,
        f"nodeKind {kind} violation": row.node != "unchecked",
        f"datatype {DATATYPES.get(row.kind)} violation": row.kind in DATATYPES,
        f"class {row.value_class and short(row.value_class)} {row.class_severity}": row.value_class,
        "pattern violation": row.kind == "media",
        f"list {row.list and vocabulary.load(row.vocabulary).scheme} {row.list}": row.list,
    }
    return [demand for demand, holds in demands.items() if holds]


def _demanded_by_shapes() -> set[tuple[str, str, str]]:
    sh, official = shapes.checker().SH, shapes.shapes()
    dead = {s for s, flag in official.subject_objects(sh.deactivated) if str(flag) == "true"}
    found = set()
    for node in set(official.subjects(RDF.type, sh.NodeShape)) - dead:
        targets = [*official.objects(node, sh.targetClass), *official.objects(node, sh.targetSubjectsOf)]
        for shape in set(official.objects(node, sh.property)) - dead:
            path = official.value(shape, sh.path)
            several = official.value(path, sh.alternativePath)
            name = _names(Collection(official, several)) if several else short(URIRef(str(path)))
            found |= {
                (short(URIRef(str(t))), name, demand) for t in targets for demand in _constraints(official, shape)
            }
    return found


def _constraints(official: Graph, shape: Node) -> list[str]:
    """What one live property shape demands; a shape without severity is a violation, a nested list rule has its own."""
    sh = shapes.checker().SH
    severity = _severity(official.value(shape, sh.severity))
    found = []
    for name in ("minCount", "maxCount", "nodeKind", "datatype", "class"):
        for value in official.objects(shape, sh[name]):
            shown = str(value).removeprefix(str(sh)) if name == "nodeKind" else value
            found.append(f"{name} {short(shown) if name in ('datatype', 'class') else shown} {severity}")
    found += [f"{name} {severity}" for name in ("pattern", "not") for _ in official.objects(shape, sh[name])]
    for inner in official.objects(shape, sh.property):
        found.append(f"list {official.value(inner, sh.hasValue)} {_severity(official.value(inner, sh.severity))}")
    return found


def _severity(value: object) -> str:
    return str(value).rpartition("#")[2].lower() if value is not None else "violation"


# --- graphs broken at random -------------------------------------------------------------------------------------

TEXTS = ["5", "-5", "5.0", "P1D", "ab12", "abc", "", "1e3", "2020-01-01", "INF", "http://purl.org/x", "dcat"]
STRANGE = [
    "http://purl.org/adms/status/Completed",
    "http://dcat-ap.de/def/hashAlgorithms/md/5",
    "http://wwwxiana.org/assignments/media-types/x",
    "mailto:a@example.org",
]


def _broken(rng: random.Random) -> Graph:
    """The golden catalogue with up to 120 triples taken out or put in, from what the model knows."""
    data = shapes.parse(shapes.GOLDEN)
    nodes = [*sorted(set(data.subjects()), key=str), BNode(), URIRef("https://example.org/n")]
    known = [URIRef(t.uri) for name in vocabulary.names() for t in list(vocabulary.load(name))[:3]]
    paths = sorted(
        {row.predicate for c in load().classes.values() for row in c.rows} | {d.predicate for d in load().deprecated}
    )
    types = sorted({type_ for class_ in load().classes.values() for type_ in class_.types})
    datatypes = [*(URIRef(load().expand(d)) for d in DATATYPES.values()), XSD.integer, XSD.string, None]
    schemes = [URIRef(vocabulary.load(name).scheme) for name in vocabulary.names()]
    for _ in range(rng.randint(5, 120)):
        kind = rng.random()
        if kind < 0.2:
            data.remove(rng.choice(sorted(data, key=str)))
        elif kind < 0.4:
            data.add((rng.choice(nodes), RDF.type, rng.choice(types)))
        elif kind < 0.45:
            data.add((rng.choice(nodes), SKOS.inScheme, rng.choice(schemes)))
        elif kind < 0.48:
            data.add((URIRef("https://example.org/Amt"), RDFS.subClassOf, rng.choice(types)))
            data.add((rng.choice(nodes), RDF.type, URIRef("https://example.org/Amt")))
        else:
            value = rng.choice(
                [
                    Literal(rng.choice(TEXTS), datatype=rng.choice(datatypes)),
                    Literal(rng.choice(TEXTS), lang="de"),
                    rng.choice(nodes),
                    rng.choice(known),
                    URIRef(rng.choice(STRANGE)),
                    BNode(),
                ]
            )
            data.add((rng.choice(nodes), rng.choice(paths), value))
    return data
