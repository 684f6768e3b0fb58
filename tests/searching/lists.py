"""Lists of queries with the datasets people mean, and catalogues to ask them of."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).resolve().parents[1] / "data" / "search"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "search"


@dataclass(frozen=True)
class Question:
    """A query, and patterns of which one has to be found in the title of a hit, whatever the case."""

    query: str
    patterns: tuple[str, ...]

    def rank(self, titles: list[str]) -> int:
        """The place of the first right title, from 1 on; 0 without one."""
        right = (any(re.search(p, title, re.IGNORECASE) for p in self.patterns) for title in titles)
        return next((place for place, good in enumerate(right, 1) if good), 0)


def tuning() -> list[Question]:
    """The 55 queries of the reference on the corpus."""
    return [Question(row["query"], _parted(row["expected_title_patterns"])) for row in _rows(SHARED / "queries.tsv")]


def citizens() -> list[Question]:
    """The 90 queries of the reference on the example catalogue."""
    return [Question(row["query"], _exactly(row["expected_title"])) for row in _rows(SHARED / "citizens.tsv")]


def own() -> list[Question]:
    """Our own list on the example catalogue, which the synonyms were written beside."""
    return [Question(row["query"], _exactly(row["expected_titles"])) for row in _rows(OWN / "queries.tsv")]


def blind(catalogue: str) -> list[Question]:
    """Our own list that nothing was made for, of one catalogue: `demo` or `corpus`."""
    rows = (row for row in _rows(OWN / "blind.tsv") if row["catalogue"] == catalogue)
    return [Question(row["query"], _parted(row["expected_title_patterns"])) for row in rows]


def corpus() -> Iterator[dict[str, Any]]:
    """The 483 datasets of the reference as packages."""
    for number, line in enumerate((SHARED / "corpus.jsonl").read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        tags = dict.fromkeys(re.sub(r"[^\w .\-]", " ", tag).strip()[:100] for tag in record["tags"])
        yield {
            "name": f"corpus-{number}",
            "title": record["title"],
            "notes": record["notes"],
            "tags": [{"name": tag} for tag in tags if len(tag) > 1],
            "resources": [{"url": f"https://daten.example/{number}", **file} for file in record["resources"]],
        }


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, dialect="excel-tab", quoting=csv.QUOTE_NONE))


def _parted(patterns: str) -> tuple[str, ...]:
    return tuple(patterns.split(";"))


def _exactly(titles: str) -> tuple[str, ...]:
    return tuple(f"^{re.escape(title)}$" for title in titles.split(";"))
