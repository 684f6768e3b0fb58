"""Speed: the same queries on 10,000 datasets with and without German, and what indexing costs a dataset."""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from ckan import model
from ckan.lib import search as index
from ckan.lib.search import index as writing

from ckanext.stuttgart import settings
from ckanext.stuttgart.searching import hooks, knowledge, shelf
from tests.searching import lists, portal
from tests.searching.measures import milliseconds, percentile

DATASETS = 10_000
ROUNDS = 5
PLACES = (
    "Nord",
    "Süd",
    "Ost",
    "West",
    "Mitte",
    "Altstadt",
    "Neustadt",
    "Hafen",
    "Bahnhof",
    "Uferstraße",
    "Waldsiedlung",
)
ENABLED = settings.SEARCH + "enabled"


def measure() -> None:
    """Print what indexing costs a dataset, then the times of all listed queries."""
    portal.emptied()
    portal.filled(lists.corpus())
    _indexing()
    documents = list(itertools.islice(_varied(_documents()), DATASETS))
    for start in range(0, len(documents), 500):
        index.make_connection().add(
            docs=[hooks.with_tokens(each) for each in documents[start : start + 500]], commit=False
        )
    index.commit()
    shelf.forget()
    begun = time.perf_counter()
    knowledge.now()
    print(f"\nwords of the index read in {time.perf_counter() - begun:.1f} s")
    _searching()


def _indexing() -> None:
    """`search-index rebuild` of the corpus, with and without German in turn."""
    ids = [row[0] for row in model.Session.query(model.Package.id)]
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for enabled, times in took.items():
            with portal.setting(ENABLED, enabled):
                begun = time.perf_counter()
                index.rebuild(package_ids=ids)
                index.commit()
                times.append((time.perf_counter() - begun) * 1000 / len(ids))
    stock, german = min(took[False]), min(took[True])
    print(f"\nsearch-index rebuild: {stock:.2f} ms a dataset without, {german:.2f} with: {german / stock - 1:+.0%}")


def _searching() -> None:
    queries = [q.query for part in (lists.tuning(), lists.citizens(), lists.own()) for q in part]
    queries += [q.query for catalogue in ("demo", "corpus") for q in lists.blind(catalogue)]
    stock, german = milliseconds(queries, portal.searching(ext_stgt="0"), portal.searching())
    print(f"package_search, {DATASETS:,} datasets, {len(queries)} queries   median    p95")
    for name, times in (("stock CKAN", stock), ("German", german)):
        print(f"  {name:47} {statistics.median(times):6.1f} {percentile(times, 95):6.1f} ms")
    median = statistics.median(german) / statistics.median(stock)
    print(f"  {'ratio':47} {median:6.2f} {percentile(german, 95) / percentile(stock, 95):6.2f}")
    slow = sorted(zip(german, queries, strict=True), reverse=True)[:8]
    print("  slowest: " + ", ".join(f"{query} {took:.0f} ms" for took, query in slow))


def _documents() -> list[dict[str, Any]]:
    """The corpus as CKAN sends it to Solr, without our tokens."""
    ids = [row[0] for row in model.Session.query(model.Package.id)]
    kept: list[dict[str, Any]] = []
    connection = mock.Mock(add=lambda docs, **_: kept.extend(docs))
    with portal.setting(ENABLED, False), mock.patch.object(writing, "make_connection", return_value=connection):
        index.rebuild(package_ids=ids)
    return kept


def _varied(documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The documents again and again, each time in another place and year."""
    for round_ in itertools.count():
        for document in documents:
            title = f"{document['title']} {PLACES[round_ % len(PLACES)]} {2000 + round_}"
            package = json.loads(document["validated_data_dict"])
            name = f"{document['name']}-{round_}"
            changed = {"id": name, "name": name, "title": title}
            yield {
                **document,
                **changed,
                "index_id": name,
                "title_string": title,
                "validated_data_dict": json.dumps({**package, **changed}),
            }
