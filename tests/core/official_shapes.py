"""The official shapes as pyshacl judges by them, in the words of our findings; needs the shared folder."""

from __future__ import annotations

import functools
import importlib.util
import logging
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, BNode, Graph
from rdflib.namespace import SKOS
from rdflib.util import guess_format

from ckanext.stuttgart.dcatde import rules
from ckanext.stuttgart.dcatde.view import name_of

SHARED = Path(__file__).resolve().parents[3] / "shared"
CHECK = SHARED / "dcat-ap-de" / "check.py"
GOLDEN = SHARED / "dcat-ap-de" / "golden-stuttgart.ttl"
ANY_OF = "one of several"

Result = tuple[str, str, str]


def checker() -> Any:
    """The official check as a module; the test is skipped where it, or pyshacl, is not at hand."""
    if not CHECK.is_file():
        pytest.skip("the official shapes (shared/dcat-ap-de/check.py) do not lie beside the checkout")
    pytest.importorskip("pyshacl", reason="pyshacl is not installed")
    return _load()


@functools.cache
def _load() -> Any:
    spec = importlib.util.spec_from_file_location("official_check", CHECK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    return module


@functools.cache
def _material() -> tuple[Graph, Graph, Graph]:
    """Vocabulary, ontologies and shapes, as check.py puts them together in its corrected mode."""
    check = checker()
    data = check.HERE / "data"
    ontology = Graph()
    ontology.parse(data / "foaf_0_1.rdf", format="xml")
    ontology.parse(data / "vcard.ttl")
    ontology.parse(data / "org.ttl")
    return Graph().parse(data / "vocab-stub.ttl"), ontology, check.official_shapes(as_published=False)


def vocabulary_stub() -> Graph:
    return _material()[0]


def shapes() -> Graph:
    return _material()[2]


def validate(data: Graph) -> Graph:
    """The report of pyshacl on a graph."""
    checker()
    import pyshacl

    vocabulary, ontology, shape_graph = _material()
    _, report, _ = pyshacl.validate(data + vocabulary, shacl_graph=shape_graph, ont_graph=ontology, inference="none")
    assert isinstance(report, Graph)
    return report


def official(data: Graph) -> set[Result]:
    """(focus, path, severity) of every official result; a list result is (value, skos:inScheme, severity)."""
    sh, report = checker().SH, validate(data)
    found = set()
    for result in report.subjects(RDF.type, sh.ValidationResult):
        path = report.value(result, sh.resultPath)
        severity = str(report.value(result, sh.resultSeverity)).rpartition("#")[2].lower()
        focus = report.value(result, sh.focusNode)
        assert focus is not None
        found.add((name_of(focus), ANY_OF if path is None or isinstance(path, BNode) else str(path), severity))
    return found


def ours(data: Graph) -> set[Result]:
    """The same of our own official rules."""
    found = set()
    for f in rules.official(data):
        if f.rule == "not_in_list":
            found.add((f.value, str(SKOS.inScheme), f.severity))
        else:
            found.add((f.focus, ANY_OF if f.rule == "missing_any" else f.path, f.severity))
    return found


def parse(path: Path) -> Graph:
    return Graph().parse(path, format=guess_format(str(path)) or "turtle")
