"""Every sentence that readers and the engine have for people is there in German too."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import ckanext.stuttgart.harvest
from ckanext.stuttgart.harvest import ingest, parse, phrases, transfer, walk
from ckanext.stuttgart.harvest.table import sheets

HARVEST = Path(ckanext.stuttgart.harvest.__file__).parent
# What takes a sentence: name -> the positions of its arguments that are one.
TAKES = {
    "say": (0,),
    "SourceRefused": (1, 2),
    "SourceUnreachable": (1, 2),
    "SourceUnreadable": (1, 2),
    "RecordRefused": (1,),
    "Refused": (2,),
    "Stopped": (1,),
    "stopped": (0,),
    "Passing": (1,),
    "Until": (2,),
    "unexpected": (1,),
}
TABLES = (
    *(parse.PROBLEMS, parse.REMEDIES, parse.KINDS, parse.NOT_RDF, sheets.NOT_A_TABLE, walk.NOT_JSON, ingest.UNEXPECTED),
    {str(row[0]): row[2] for row in transfer._PROBLEMS},
)
KEPT = yaml.safe_load((HARVEST / "phrases.yaml").read_text(encoding="utf-8"))["messages"]


def sentences() -> Iterator[tuple[str, ast.expr]]:
    """(place, expression) of every sentence the package makes."""
    for path in sorted(HARVEST.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                for position in TAKES.get(name, ()):
                    if position < len(node.args) and not _is_error(node.args[position]):
                        yield f"{path.relative_to(HARVEST)}:{node.lineno}", node.args[position]


def _is_error(node: ast.expr) -> bool:
    """Whether it is the other function `unexpected`, of errors nobody foresaw."""
    return isinstance(node, ast.Name) and node.id == "error"


LITERALS = sorted({(place, node.value) for place, node in sentences() if isinstance(node, ast.Constant) and node.value})


def test_the_search_finds_sentences():
    assert len(LITERALS) > 100


@pytest.mark.parametrize(("place", "text"), LITERALS)
def test_a_sentence_has_a_german_one(place: str, text: str):
    assert text in KEPT, place


@pytest.mark.parametrize("table", TABLES)
def test_what_a_table_says_has_a_german_one(table: dict[str, str | tuple[str, str]]):
    said = {text for row in table.values() for text in ((row,) if isinstance(row, str) else row) if text}
    assert said - set(KEPT) == set()


def test_no_sentence_is_put_together_where_it_cannot_be_translated():
    assert [place for place, node in sentences() if isinstance(node, ast.JoinedStr | ast.BinOp)] == []


@pytest.mark.parametrize("text", sorted(KEPT))
def test_a_german_sentence_has_the_slots_of_the_english_one(text: str):
    assert _slots(phrases.german(text)) == _slots(text)


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
