"""One reading of an OGC API: from any of its pages to records of its collections, its metadata records and itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ckanext.stuttgart.dcatde import kinds
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.errors import SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Fetcher
from ckanext.stuttgart.harvest.ogc import addresses, api, api_collections, api_links, api_records, api_service
from ckanext.stuttgart.harvest.ogc.api import Document, Listing
from ckanext.stuttgart.harvest.ogc.metadata import UUID
from ckanext.stuttgart.harvest.ogc.options import NOTHING_LISTED, NOTHING_WANTED, TWICE, is_wanted
from ckanext.stuttgart.harvest.reader import Item, Record, Refused, Stopped

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said


@dataclass
class Run:
    """One reading of an API; a new one for each.

    about    what is known of the API itself
    kept     the collections that are datasets
    met      ids of the metadata records read so far: catalogues may share them
    problem  why something was not read to its end, and whether that is a failure
    found    how many datasets and records there are; `listed` is whether there was anything to choose from
    """

    fetcher: Fetcher
    options: Mapping[str, Any]
    source: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    problem: tuple[Said, bool] | None = None
    found: int = 0
    listed: bool = False

    def items(self, first: Document) -> Iterator[Item]:
        """Everything the address `first` was read from leads to."""
        self.source = shown(first.answered or "the file")
        if first.kind in ("items", "item"):
            yield from self._of_items(first)
        else:
            self._describe(first)
            for listed in self._lists(first):
                yield from self._of_list(listed)
        yield from self._datasets()
        if self.problem:
            yield Stopped(self.source, self.problem[0], self.problem[1])
        elif not self.found:
            yield Stopped(self.source, NOTHING_WANTED if self.listed else NOTHING_LISTED)

    # --- the API and its collections -----------------------------------------------------------------------------

    def _describe(self, first: Document) -> None:
        """Find out where the API is and what it says of itself."""
        own = api_service.address(first)
        if not own:
            raise SourceUnreadable(self.source, "says nowhere under which address the API is reached")
        self.about = api_service.read(self.fetcher, first, own)

    def _lists(self, first: Document) -> Iterator[Document]:
        """The pages of the list of collections; a single collection is a list of one."""
        own = self.about["endpoint"]
        if first.kind == "collection":
            yield Document("collections", first.answered, {"collections": [first.value]}, own)
            return
        start = first if first.kind == "collections" else None
        address = (first.answered or "") if start else api_service.list_address(first, own)
        listing = Listing(self.fetcher, address, "collections", own)
        yield from listing.pages(Document("collections", first.answered, first.value, own) if start else None)
        self._note(listing)

    def _of_list(self, page: Document) -> Iterator[Item]:
        common = {**page.value, "links": page.links}
        self.listed = self.listed or bool(page.value["collections"])
        for value in page.value["collections"]:
            identifier = loose.text(loose.mapping(value).get("id") or loose.mapping(value).get("name"))
            if not identifier:
                title = loose.text(loose.mapping(value).get("title"))
                yield Refused(title or "?", title, say("is a collection without an id"))
            elif is_wanted([identifier], self.options):
                links = api_links.read(value.get("links"), page.answered, self.about["endpoint"])
                address = api_links.below(self.about["endpoint"], identifier)
                inline = value.get(loose.text(value.get("recordsArrayName")) or "records")
                if any(map(api_records.looks_like_one, loose.items(inline))):
                    here = Document("items", page.answered, {"features": loose.items(inline)}, self.about["endpoint"])
                    yield from self._of_catalogue(Listing(self.fetcher, "", "features", here.api), here, address)
                    continue
                if self._may_be_catalogue(value):
                    catalogue = self._catalogue(links, address, certain=bool(value.get("itemType")))
                    if catalogue is not None:
                        yield from self._of_catalogue(*catalogue, address)
                        continue
                kept = api_collections.collection({**value, "id": identifier, "links": links}, common)
                self.kept.append({**kept, "iri": address})

    def _datasets(self) -> Iterator[Item]:
        """The collections that are datasets, named now that it is known what several have in common."""
        ids = [api_collections.metadata_ids(kept) for kept in self.kept]
        counted, served = Counter(ids), []
        for kept, id_ in zip(self.kept, ids, strict=True):
            alone = counted[id_] == 1
            named = {**kept, "identifier": id_ if alone else "", "shared": [id_] if id_ and not alone else []}
            title = loose.text(kept.get("title")) or loose.text(kept["id"])
            if kept["iri"] in served:
                yield Refused(loose.text(kept["id"]), title, TWICE)
                continue
            served.append(kept["iri"])
            payload = {"type": "dataset", "title": title, "collection": named, "service": self.about["service"]}
            yield Record(loose.text(kept["id"]), payload, kept["iri"], publisher=self.about.get("publisher"))
        if served:
            self.found += len(served)
            title = loose.text(self.about.get("title")) or self.about["endpoint"]
            payload = {"type": "data_service", "title": title, "about": self.about, "serves": served}
            yield Record(self.about["service"], payload, self.about["service"])

    # --- metadata records ----------------------------------------------------------------------------------------

    def _may_be_catalogue(self, value: Mapping[str, Any]) -> bool:
        """Collections of records say so; of those that say nothing, an API with records may have some."""
        types = {kind.lower() for kind in loose.texts(value.get("itemType"))}
        return bool(types & {"record", "catalog"}) or (not types and self.about.get("records", False))

    def _catalogue(
        self, links: Sequence[api_links.Link], address: str, *, certain: bool
    ) -> tuple[Listing, Document | None] | None:
        """The first page of a catalogue; None where the items are things on a map (geOrchestra calls rows records)."""
        found = [link for link in api_links.of(links, "items") if api_links.is_json(link)]
        found.sort(key=_preference)
        plain = found[0]["href"] if found else f"{address}/items"
        limited = plain if "limit" in addresses.asked(plain) else addresses.request(plain, {"limit": api.PAGE})
        failed: SourceError | None = None
        for start in dict.fromkeys((limited, plain)):
            try:
                page = api.in_json(self.fetcher, start, self.about["endpoint"])
            except SourceError as error:
                failed = error
                continue
            features = loose.items(page.value.get("features"))
            if page.kind == "items" and any(map(api_records.looks_like_one, features)):
                return Listing(self.fetcher, start, "features", self.about["endpoint"]), page
            if features or not (certain and self.about.get("records")):
                return None
            break
        if certain and self.about.get("records"):
            # An empty catalogue may be one that has lost its index; nothing may be deleted for it.
            reason = say("a catalogue holds no records")
            if failed:
                reason = say("the records of a collection were not read: {error}", error=failed)
            self.problem = self.problem or (reason, True)
            return Listing(self.fetcher, "", "features", self.about["endpoint"]), None
        return None

    def _of_catalogue(self, listing: Listing, first: Document | None, address: str) -> Iterator[Item]:
        for page in listing.pages(first):
            for feature in page.value["features"]:
                yield from self._of_record(feature, page, address)
        self._note(listing)

    def _of_record(self, feature: Any, page: Document, address: str) -> Iterator[Item]:
        """One record; what it is known by is found in its id."""
        found = loose.mapping(feature)
        id_ = loose.text(found.get("id"))
        properties = loose.mapping(found.get("properties"))
        title = api_records.title(properties)
        if id_ in self.met:
            return
        if not id_ or not title:
            reason = say("is a record without a title") if id_ else say("is a record without an id")
            yield Refused(id_ or title or "?", title, reason)
            return
        self.met.add(id_)
        self.found += 1
        links = api_links.read(found.get("links") or found.get("associations"), page.answered, page.api)
        payload = {
            "type": api_records.package_type(properties),
            "title": title,
            "record": api_records.kept({**found, "id": id_}, links),
        }
        known = re.fullmatch(UUID, id_.strip("{}")) or not address
        identifier = id_ if known else f"{address}/items/{id_}"
        modified = kinds.text_of(properties.get("updated"))
        first = payload["type"] == "dataset_series"
        yield Record(id_, payload, addresses.as_iri(id_), identifier, modified or None, first=first)

    def _of_items(self, first: Document) -> Iterator[Item]:
        """Items were pasted: the records in them, or the collection they belong to."""
        features = loose.items(first.value.get("features")) if first.kind == "items" else [first.value]
        address = api_links.collection(first.answered or "")
        own = api_links.landing(first.answered or "")
        if any(map(api_records.looks_like_one, features)):
            page = Document("items", first.answered, {**first.value, "features": features}, own, first.size)
            listing = Listing(self.fetcher, first.answered or "", "features", own)
            yield from self._of_catalogue(listing, page, address)
            return
        if not address or not own:
            raise SourceUnreadable(self.source, "holds features, not a description of them")
        parent = self._parent(address, own)
        self._describe(parent)
        for listed in self._lists(parent):
            yield from self._of_list(listed)

    def _parent(self, address: str, own: str) -> Document:
        """The collection at an address, or out of the list of all. Raises SourceError."""
        failed: SourceError | None = None
        listed = f"{own}{api_links.COLLECTIONS}"
        for place in (address, listed):
            try:
                found = api.in_json(self.fetcher, place, own)
            except SourceError as error:
                failed = failed or error
                continue
            if found.kind == "collection":
                return found
            named = (entry for entry in loose.mappings(found.value.get("collections")))
            wanted = [entry for entry in named if api_links.below(own, loose.text(entry.get("id"))) == address]
            if wanted:
                return Document("collections", found.answered, {**found.value, "collections": wanted[:1]}, own)
        raise failed or SourceUnreadable(self.source, "holds features, not a description of them")

    def _note(self, listing: Listing) -> None:
        if listing.problem:
            self.problem = self.problem or (listing.problem, listing.failed)


def _preference(link: api_links.Link) -> tuple[bool, bool, bool]:
    """GeoJSON before other JSON, German before other languages."""
    type_, language = link.get("type", ""), link.get("language", GERMAN)
    return language.partition("-")[0] != GERMAN, "geo+json" not in type_, "ld+json" in type_
