"""How records of one catalogue name each other: by IRI, file identifier, request for it, or a UUID in any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid5

from ckanext.stuttgart.harvest.iso.convert import identifier_of
from ckanext.stuttgart.harvest.iso.online import parameters
from ckanext.stuttgart.harvest.iso.tree import HTTP, Source, code, find, find_all, first, href, one_line, plain
from ckanext.stuttgart.harvest.reader import NAMESPACE

IDENTIFIER = ("fileIdentifier", "metadataIdentifier/*/code")
RESOURCE = "identificationInfo/*/citation/*/identifier"
PARENT = ("parentIdentifier", "parentMetadata")
AGGREGATES = ("identificationInfo/*/aggregationInfo/*", "identificationInfo/*/associatedResource/*")
OPERATES_ON = "identificationInfo/*/operatesOn"
COUPLED = "identificationInfo/*/coupledResource/*"
# DS_AssociationTypeCode of the whole that a record is a part of.
WHOLE = frozenset({"largerWorkCitation", "series"})
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# An IRI that names its thing alone has a path; one with a query is a request, often for something else.
NAMING = re.compile(r"https?://[^/\s?#]+/[^\s?]+", re.IGNORECASE)

Names = list[str]


def identifier(source: Source) -> str:
    """The file identifier, "" where the record has none."""
    return first(source.root, *IDENTIFIER)


def own_iri(source: Source) -> str:
    """The first http IRI among the identifiers of the data or service, "" where there is none."""
    found = (identifier_of(element) for element in find(source.root, RESOURCE))
    return next((iri for iri in found if NAMING.fullmatch(iri)), "")


def made_iri(address: str, identifier_: str) -> str:
    """The IRI of a thing whose record gives it none.

    address  that of the catalogue, "" for a file
    Returns the request for its record, which anyone can open: `<address>?service=CSW&version=2.0.2&
    request=GetRecordById&elementSetName=full&outputSchema=http://www.isotc211.org/2005/gmd&id=<file identifier>`. In a
    file it is `urn:uuid:` and the identifier, or a UUID computed from one that is none.
    """
    if not address:
        if UUID_TEXT.fullmatch(identifier_):
            return f"urn:uuid:{identifier_.lower()}"
        return f"urn:uuid:{uuid5(NAMESPACE, identifier_.encode('utf-8', 'replace').decode())}"
    question = "service=CSW&version=2.0.2&request=GetRecordById&elementSetName=full"
    mark = "&" if "?" in address else "?"
    schema = "outputSchema=http://www.isotc211.org/2005/gmd"
    return f"{address}{mark}{question}&{schema}&id={quote(identifier_, safe=':/-._~')}"


def names(source: Source) -> Names:
    """Every name by which another record may mean this one, the surest first."""
    info = find(source.root, "identificationInfo/*")
    marks = [element.get(name) or "" for element in (*info, source.root) for name in ("uuid", "id")]
    given = [own_iri(source), identifier(source), *map(identifier_of, find(source.root, RESOURCE)), *marks]
    return list(dict.fromkeys(key for text in given if text for key in keys(text)))


def keys(text: str) -> Iterator[str]:
    """What a reference and the names of what it means may have in common."""
    yield text.strip().lower()
    asked = parameters(text) if HTTP.match(text) else {}
    for name in ("id", "uuid", "resourceid"):
        if asked.get(name):
            yield asked[name].strip().lower()
    if HTTP.match(text):
        parts = _split(text)
        yield from (part.lower() for part in parts if part)
    elif "/" in text or "#" in text:
        yield re.split(r"[/#]", text.strip())[-1].lower()
    yield from (found.lower() for found in UUID_TEXT.findall(text))


def _split(text: str) -> tuple[str, ...]:
    """The fragment and, of an address without a query, the last part of the path."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ()
    last = "" if parts.query else unquote(parts.path.rstrip("/").rpartition("/")[2])
    return (parts.fragment.rpartition("/")[2], last if UUID_TEXT.search(last) else "")


def parents(source: Source) -> list[Names]:
    """What the record is a part of, each by all that is said of it."""
    found = [_of(element) for element in find_all(source.root, *PARENT)]
    found += [_aggregate(element) for element in find_all(source.root, *AGGREGATES) if _association(element) in WHOLE]
    return [names_ for names_ in found if names_]


def related(source: Source) -> list[Names]:
    """What else the record names."""
    other = [element for element in find_all(source.root, *AGGREGATES) if _association(element) not in WHOLE]
    return [names_ for element in other if (names_ := _aggregate(element))]


def operates_on(source: Source) -> list[Names]:
    """The data that a service record works on, each by all that is said of it."""
    found = [_of(element) for element in find(source.root, OPERATES_ON)]
    for element in find(source.root, COUPLED):
        coupled = [one_line(plain(each)) for each in find(element, "identifier")]
        coupled += [text for each in find(element, "resourceReference") for text in _of(each)]
        found.append(_unique(coupled))
    return [names_ for names_ in found if names_]


def _of(element: Any) -> Names:
    """A property that refers to a record: by link, by UUID, by its identifier, or with the record's own description."""
    inner = [first(element, "*/fileIdentifier", "*/identifier/*/code", "*/citation/*/identifier/*/code")]
    return _unique([href(element), element.get("uuidref") or "", *inner, one_line(plain(element))])


def _aggregate(element: Any) -> Names:
    given = [identifier_of(each) for each in find(element, "aggregateDataSetIdentifier")]
    for reference in find(element, "metadataReference", "aggregateDataSetName", "name"):
        given += [href(reference), reference.get("uuidref") or "", first(reference, "*/identifier/*/code")]
    return _unique(given)


def _association(element: Any) -> str:
    return next((code(each) for each in find(element, "associationType")), "")


def _unique(given: Iterable[str]) -> Names:
    return list(dict.fromkeys(text.strip() for text in given if text and text.strip()))
