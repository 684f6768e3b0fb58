"""The reader of WFS and WMS: capabilities to records. What differs between the two stands in a `Dialect`.

One record for each feature type or layer, then one for the service that serves them all. A dataset's IRI is the one
INSPIRE's identifier gives, where it belongs to this dataset alone, else it is made from endpoint and name
(`addresses`). Metadata ids are `identifier` under the same condition: GovData takes equal ones for duplicates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.errors import RecordRefused, SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.ogc import addresses, packages, service, xml
from ckanext.stuttgart.harvest.ogc.options import NOTHING_LISTED, NOTHING_WANTED, ONLY, TWICE, is_wanted
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Refused, Stopped
from ckanext.stuttgart.harvest.sniff import root_of, sniff

ACCEPT = "text/xml, application/xml;q=0.9, */*;q=0.1"
ERROR_ROOTS = ("ExceptionReport", "ServiceExceptionReport")
# The pages and interfaces of servers that people paste -> where the service is.
REWRITES = {
    "WFS": (
        (r"(/geoserver)(?:/web\b.*|/index\.html)?/?(?:\?.*)?$", r"\1/ows"),
        (r"/rest/services/(.+?/MapServer)\b.*$", r"/services/\1/WFSServer"),
    ),
    "WMS": (
        (r"(/geoserver)(?:/web\b.*|/index\.html)?/?(?:\?.*)?$", r"\1/ows"),
        (r"/rest/services/(.+?/MapServer)\b.*$", r"/services/\1/WMSServer"),
    ),
}

OPTIONS = (
    ONLY,
    Option(
        "skip_described",
        "Leave out what has metadata",
        "flag",
        "Leave out feature types and layers that link to a metadata record: they come from the metadata catalogue.",
        default=False,
    ),
)


@dataclass(frozen=True)
class Dialect:
    """WFS or WMS.

    kind        the word of the parameter `service`
    roots       local names of the first element of its capabilities
    versions    newest first
    advertised  root -> the address it names for requests
    layers      root, address of the answer -> its datasets as JSON values
    """

    kind: str
    roots: tuple[str, ...]
    versions: tuple[str, ...]
    advertised: Callable[[Any], str]
    layers: Callable[[Any, str | None], list[dict[str, Any]]]


class OwsReader:
    """Reads one kind of service; the payload of a record is the feature type or layer and what it has to know."""

    options: Sequence[Option] = OPTIONS

    def __init__(self, name: str, label: str, dialect: Dialect) -> None:
        self.name, self.label, self._dialect = name, label, dialect

    def addresses(self, url: str) -> Sequence[str]:
        """The capabilities of the service that `url` belongs to."""
        kind = self._dialect.kind
        return addresses.likely(url, kind, self._dialect.versions[0], REWRITES[kind])

    def recognises(self, answer: Answer) -> int:
        """Capabilities are told by their first element; error reports have another one."""
        return 95 if root_of(answer.body)[1] in self._dialect.roots else 0

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """The datasets in the order of the document, then their service."""
        answer = self._capabilities(fetcher, url)
        name = shown(answer.url)
        root = parse.xml(answer.body, name=name, charset=answer.charset)
        if xml.local(root.tag) not in self._dialect.roots:
            raise SourceUnreadable(name, say("answered without the capabilities of a {kind}", kind=self._dialect.kind))
        about = service.described(root, self._dialect.kind, answer.base, self._dialect.advertised(root))
        if "iri" not in about:
            raise SourceUnreadable(
                name, say("says nowhere under which address the {kind} is reached", kind=self._dialect.kind)
            )
        layers = self._dialect.layers(root, answer.base)
        if len(layers) == 1:
            # What is said of a service that has one thing only is said of this thing.
            layers = [{name: about[name] for name in ("abstract", "keywords") if name in about} | layers[0]]
        wanted = [layer for layer in layers if is_wanted(_names(layer), options)]
        if not wanted:
            yield Stopped(name, NOTHING_WANTED if layers else NOTHING_LISTED)
            return
        yield from self._records(wanted, about, options)

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The package of a feature type, a layer or the service."""
        payload = record.payload
        if payload["type"] == "data_service":
            package, findings = packages.data_service(payload["service"], payload["serves"])
        else:
            package, findings = packages.dataset(payload["layer"], payload["service"])
        if not package.get("title"):
            raise RecordRefused(record.name, "has no title")
        return Mapped(package, tuple(findings))

    def _capabilities(self, fetcher: Fetcher, url: str) -> Answer:
        """The first answer that is what was asked for; versions are tried as long as the server says no."""
        dialect, failed = self._dialect, None
        for address in addresses.capabilities(url, dialect.kind, dialect.versions, REWRITES[dialect.kind]):
            try:
                answer = fetcher.get(address, ACCEPT)
                if root_of(answer.body)[1] in dialect.roots:
                    return answer
                raise _other_answer(answer, dialect)
            except SourceError as error:
                # An answer that tells what is wrong is worth more than "400 Bad Request".
                if failed is None or (isinstance(error, SourceUnreadable) and not isinstance(failed, SourceUnreadable)):
                    failed = error
                if _without_answer(error):
                    break
        raise failed or SourceUnreadable(
            shown(url), say("answered without the capabilities of a {kind}", kind=dialect.kind)
        )

    def _records(
        self, layers: list[dict[str, Any]], about: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Iterator[Item]:
        met: set[str] = set()
        served: list[str] = []
        known = {name: about[name] for name in packages.PAYLOAD_OF_DATASET if name in about}
        for layer in _named(layers, about):
            title = next(iter(layer.get("title", {}).values()), "") or layer.get("name", "")
            if not layer.get("name"):
                yield Refused(title or "?", title, say("has no name by which it could be asked for"))
            elif layer["iri"] in met:
                yield Refused(layer["name"], title, TWICE)
            elif not (options.get("skip_described") and layer.get("metadata")):
                met.add(layer["iri"])
                served.append(layer["iri"])
                payload = {"type": "dataset", "title": title, "layer": layer, "service": known}
                yield Record(layer["name"], payload, layer["iri"], publisher=packages.publisher(about))
        title = next(iter(about.get("title", {}).values()), "") or about["endpoint"]
        payload = {"type": "data_service", "title": title, "service": dict(about), "serves": served}
        yield Record(about["iri"], payload, about["iri"])


def _without_answer(error: SourceError) -> bool:
    """Whether there was no answer at all: another version of the question would only take as long again."""
    return not isinstance(error, SourceUnreadable) and not str(error.problem).startswith("answered ")


def _other_answer(answer: Answer, dialect: Dialect) -> SourceUnreadable:
    """What is wrong with an answer that is no capabilities document, without a word of it."""
    name, root = shown(answer.url), root_of(answer.body)[1]
    if root in ERROR_ROOTS:
        return SourceUnreadable(
            name, say("answered with an error report instead of the capabilities of a {kind}", kind=dialect.kind)
        )
    kind = sniff(answer.body, answer.content_type)
    if kind in parse.NOT_RDF and kind not in ("xml", "json"):
        return SourceUnreadable(
            name, say("is {what}, not the capabilities of a {kind}", what=say(parse.KINDS[kind]), kind=dialect.kind)
        )
    return SourceUnreadable(
        name, say("answered with something else than the capabilities of a {kind}", kind=dialect.kind)
    )


def _names(layer: Mapping[str, Any]) -> tuple[str, str]:
    """A name with and without its prefix."""
    name = layer.get("name", "")
    return name, name.rpartition(":")[2]


def _named(layers: list[dict[str, Any]], about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The layers with `iri`, `identifier` and `shared`: what names one alone, and what several have in common."""
    ids = [service.described_by(layer.get("metadata", ())) for layer in layers]
    inspire = [_identifiers(layer, about, alone=len(layers) == 1) for layer in layers]
    metadata_ids, dataset_ids = Counter(ids), Counter(name for names in inspire for name in set(names))
    made = []
    for layer, metadata_id, names in zip(layers, ids, inspire, strict=True):
        own = [name for name in names if dataset_ids[name] == 1]
        iri = next((found for name in own if (found := addresses.as_iri(name))), None)
        shared = [name for name in names if addresses.as_iri(name) != iri or iri is None]
        if metadata_id and metadata_ids[metadata_id] > 1:
            shared.append(metadata_id)
        made.append(
            {
                **layer,
                "iri": iri or addresses.thing_iri(about["iri"], layer.get("name", "")),
                "identifier": metadata_id if metadata_ids[metadata_id] == 1 else "",
                "shared": list(dict.fromkeys(shared)),
            }
        )
    return made


def _identifiers(layer: Mapping[str, Any], about: Mapping[str, Any], *, alone: bool) -> list[str]:
    """The identifiers of the spatial dataset a layer belongs to: its own, else the service's for its metadata."""
    links = layer.get("metadata", ())
    its = [
        entry for entry in about.get("identifiers", ()) if alone or (entry["metadata"] and entry["metadata"] in links)
    ]
    entries = [*layer.get("identifiers", ()), *its]
    return list(dict.fromkeys(name for entry in entries if (name := _joined(entry["namespace"], entry["code"]))))


def _joined(namespace: str, code: str) -> str:
    """Namespace and code as one identifier (INSPIRE: `namespace` + `/` + `code`)."""
    if addresses.as_iri(code) or not namespace or not code:
        return code
    return namespace + ("" if namespace.endswith(("/", "#", "=", ":")) else "/") + code
