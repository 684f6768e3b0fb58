"""Portals on CKAN, and on DKAN 1 and 2, through the action API: `package_search` and what stands in for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest.ckan import addresses, answers, pod
from ckanext.stuttgart.harvest.ckan.pages import pages
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Refused, Stopped, absolute
from ckanext.stuttgart.takeover import legacy, services
from ckanext.stuttgart.takeover.coverage import place_key

log = logging.getLogger(__name__)


class CkanReader:
    """Reads packages. Payload: `ckan` the package as it came and `site` its portal; or a service put together."""

    name = "ckan"
    label = "CKAN or DKAN portal (action API)"
    options: Sequence[Option] = (
        Option("organization", "Organization", help="Only datasets of these organizations: names, parted by commas."),
        Option("group", "Group", help="Only datasets of these groups: names, parted by commas."),
        Option("tag", "Keyword", help="Only datasets with one of these keywords, parted by commas."),
        Option("fq", "Filter query", help="Only datasets that this Solr query (fq of package_search) finds."),
        Option(
            "geocoding",
            "Place of datasets that name none",
            help="An official key of 2, 5, 8 or 12 figures, or the address (IRI) of a place.",
        ),
        Option("publisher", "Publisher of datasets that name none"),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """The search of the portal, the URL itself, then DKAN's lists."""
        return addresses.addresses(url)

    def recognises(self, answer: Answer) -> int:
        """Answers of the action API are told by their envelope."""
        return answers.recognises(answer)

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Packages in the order of the portal, then the services that their files lead to, each put together once."""
        asked = {option.name: text_of(options.get(option.name)) or "" for option in self.options}
        found: list[dict[str, Any]] = []
        stopped: Stopped | None = None
        number = 0
        for page in pages(fetcher, url, asked):
            if isinstance(page, Stopped):
                stopped = page
                continue
            for raw in page.items:
                number += 1
                item = _item(raw, page.site, number)
                if isinstance(item, Record):
                    found += _services(item, options)
                if item is not None:
                    yield item
        for service in services.unite(found):
            yield Record(service["uri"], service, absolute(service["uri"]))
        if stopped:
            yield stopped

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The package in the model's fields. Raises RecordRefused: neither title nor name, no address of a service."""
        payload = record.payload
        if "ckan" not in payload:
            return Mapped(payload)
        taken = legacy.take_over(payload["ckan"], _context(payload["site"], options))
        if not taken.package.get("title"):
            raise RecordRefused(record.name, "has neither a title nor a name")
        if taken.package["type"] == "data_service" and not taken.package.get("endpoint_url"):
            raise RecordRefused(record.name, "is a data service without an address")
        return Mapped(taken.package, taken.findings)


READER = CkanReader()


def _item(raw: Any, site: str, number: int) -> Item | None:
    """One item of a page: a record, a refusal by name, or nothing for what is no data or not public."""
    raw = pod.unwrapped(raw)
    if not isinstance(raw, Mapping):
        name = raw if isinstance(raw, str) and raw else f"entry {number}"
        return Refused(name[:200], name[:200], "is no description of a dataset")
    title = _title(raw) or f"entry {number}"
    if answers.is_organization(raw):
        return Refused(title, title, "is an organization, not a dataset")
    package = pod.as_package(raw) if answers.is_pod(raw) else raw
    if legacy.left_out(package):
        return None
    iri, identifier = legacy.iri(package, site), legacy.identifier(package)
    if iri is None and identifier is None:
        return Refused(title, title, "has neither an id nor a name")
    payload = {
        "type": legacy.package_type(package),
        "title": title,
        "site": site,
        "ckan": legacy.essence(package),
    }
    modified = text_of(package.get("metadata_modified"))
    return Record(iri or identifier or title, payload, absolute(iri), identifier, modified)


def _title(raw: Mapping[str, Any]) -> str:
    title = raw.get("title")
    if isinstance(title, Mapping):
        title = title.get("de") or title.get("en") or next(filter(None, title.values()), "")
    return text_of(title) or text_of(raw.get("name")) or text_of(raw.get("id")) or ""


def _services(record: Record, options: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """The services of one record. The record boundary: what is wrong with it is told where it is mapped."""
    try:
        return legacy.take_over(record.payload["ckan"], _context(record.payload["site"], options)).services
    except Exception:
        log.exception("the services of record %s cannot be read", record.name)
        return ()


def _context(site: str, options: Mapping[str, Any]) -> legacy.Context:
    place = text_of(options.get("geocoding")) or ""
    publisher = text_of(options.get("publisher")) or ""
    return legacy.Context(
        site=site,
        publisher={"name": publisher} if publisher else {},
        geocoding=place_key(place) or (place if iris.scheme_of(place) else ""),
    )
