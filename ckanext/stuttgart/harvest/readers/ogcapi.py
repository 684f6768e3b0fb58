"""OGC API Features and OGC API Records: collections and metadata records as datasets, the API as their data service.

The IRI of the API is `<landing page>#OGC-API`, that of a collection `<landing page>/collections/<id>`, both without a
query. A record has its id as identifier; where that is no UUID, and thus known in its catalogue only, the address of
the collection stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.ogc import api, api_collections, api_records
from ckanext.stuttgart.harvest.ogc.api_run import Run
from ckanext.stuttgart.harvest.ogc.options import ONLY
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record


class OgcApiReader:
    """Reads an API from any of its addresses; what it offers decides what becomes of it."""

    name = "ogcapi"
    label = "OGC API Features or Records"
    options: Sequence[Option] = (ONLY,)

    def addresses(self, url: str) -> Sequence[str]:
        """Any page of the API in JSON, or the list of collections below the landing page."""
        return api.candidates(url)

    def recognises(self, answer: Answer) -> int:
        """A landing page, collections or items are told by their members and relations."""
        return api.sureness(answer)

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Datasets and records in the order of the API, then the API itself, if it has any data of its own."""
        yield from Run(fetcher, options).items(api.first(fetcher, url))

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The package of a collection, a metadata record or the API."""
        payload = record.payload
        if "record" in payload:
            package, findings = api_records.package(payload["record"], record.name)
            if record.iri:
                package["uri"] = record.iri
        elif "collection" in payload:
            package, findings = api_collections.dataset(payload["collection"], payload["service"])
        else:
            package, findings = api_collections.data_service(payload["about"], payload["serves"])
        if not package.get("title"):
            raise RecordRefused(record.name, "has no title")
        return Mapped(package, tuple(findings))


READER = OgcApiReader()
