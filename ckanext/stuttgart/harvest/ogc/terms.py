"""Terms of use out of free texts: a licence of the list if one is named for certain, rights, an attribution.

Services say it in `Fees` and `AccessConstraints`, APIs in `license` and `rights`. GDI-DE writes JSON into them:
`{"id": "dl-by-de/2.0", "name": "...", "url": "...", "quelle": "..."}`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ckanext.stuttgart.dcatde import kinds, vocabulary
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.vocabulary import Term
from ckanext.stuttgart.harvest.iso import licence_json
from ckanext.stuttgart.harvest.text import plain

LONGEST = 20_000
MOST_WORDS = 12
"""The longest name of a licence that is looked for inside a text, in words and figures."""

_URL = re.compile(r"https?://[^\s<>\"')\]},;]+")
_INSPIRE_NOTHING = re.compile(
    r"https?://inspire\.ec\.europa\.eu/metadata-codelist/\w+/(?:noConditionsApply|conditionsUnknown|noLimitations)/?"
)
_WORD = re.compile(r"[^\W_]+")
# What credits a source in so many words, up to the end of the quotation, sentence or line.
_ATTRIBUTION = re.compile(
    r"(?:Quellenvermerk|Quellenangabe|Quellennachweis|Namensnennung|Bezeichnung der Quelle|Attribution)"
    r"(?:\s+(?:lautet|ist))?\s*:\s*(?:[\"„“»«]\s*([^\"„“”»«\n]{2,500}?)\s*[\"“”»«]|([^\n]{2,500}?)(?:[.;](?:\s|$)|\n|$))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Terms:
    """What is known of the terms of use.

    licence      IRI of the German list, or another one a source names as its licence; "" where none is certain
    rights       the texts that say more than that, "" where nothing is to be said
    attribution  how the source wants to be named
    """

    licence: str = ""
    rights: str = ""
    attribution: str = ""
    findings: tuple[Finding, ...] = ()


def read(texts: Iterable[str], attribution: str = "") -> Terms:
    """The terms that free texts name; `attribution` is what the source itself gives as such."""
    return _read(tuple(text[:LONGEST] for text in texts), attribution[:LONGEST])


@functools.lru_cache(maxsize=64)
def _read(texts: tuple[str, ...], attribution: str) -> Terms:
    """All datasets of a service have the same terms."""
    kept: list[str] = []
    licences: dict[str, str] = {}
    for raw in dict.fromkeys(texts):
        text = plain(raw)
        if says_nothing(text):
            continue
        named = {term.uri for term in licences_in(text)}
        licences.update(dict.fromkeys(named, text))
        credit = _credit(text)
        attribution = attribution or credit
        if not (named and _is_only_a_name(text)):
            kept.append(text)
    findings: tuple[Finding, ...] = ()
    licence = next(iter(licences), "")
    if len(licences) > 1:
        findings = (Finding("licence_ambiguous", "warning", "license_id", kinds.shown(licences[licence])),)
        licence = ""
    elif licence and licences[licence] in kept:
        findings = (Finding("licence_in_text", "notice", "license_id", kinds.shown(licences[licence]), licence),)
    return Terms(licence, "\n\n".join(kept), plain(attribution), findings)


def says_nothing(text: str) -> bool:
    """True for an empty text and for phrases that stand for one, such as NONE or `no conditions apply`."""
    return vocabulary.load("licence").says_nothing(text) or _INSPIRE_NOTHING.fullmatch(text) is not None


def licences_in(text: str) -> list[Term]:
    """The licences a text names: as a whole, as JSON of GDI-DE, by an address, or by a name with its version."""
    terms = vocabulary.load("licence")
    whole = terms.find(text)
    if whole:
        return [whole]
    found = {term.uri: term for term in (*_of_json(text), *_of_urls(text))}
    if not found:
        found = {term.uri: term for term in _of_names(text)}
    return list(found.values())


def _of_json(text: str) -> Iterator[Term]:
    terms = vocabulary.load("licence")
    for block in licence_json.blocks(text):
        term = next(filter(None, map(terms.find, (block.id, block.url, block.name))), None)
        if term:
            yield term


def _of_urls(text: str) -> Iterator[Term]:
    for match in _URL.finditer(text):
        term = vocabulary.load("licence").find(match[0].rstrip(".:"))
        if term:
            yield term


def _of_names(text: str) -> Iterator[Term]:
    """Names of licences that hold a figure: `CC BY` alone may go on with `-NC`, `CC BY 4.0` is complete."""
    names = vocabulary.load("licence").names
    words = [vocabulary.key(word) for word in _WORD.findall(_URL.sub(" ", text))]
    start = 0
    while start < len(words):
        step = 1
        for size in range(min(MOST_WORDS, len(words) - start), 0, -1):
            name = "".join(words[start : start + size])
            term = names.get(name)
            if term and any(letter.isdigit() for letter in name):
                yield term
                step = size
                break
        start += step


def _is_only_a_name(text: str) -> bool:
    """True where nothing is left of a text without the licence's name and address."""
    rest = _URL.sub(" ", licence_json.without_blocks(text))
    bare = rest.strip().strip("()[]<>.;:,- ")
    terms = vocabulary.load("licence")
    return not bare or terms.find(text) is not None or terms.find(bare.strip("() ")) is not None


def _credit(text: str) -> str:
    quoted = next((block.source for block in licence_json.blocks(text) if block.source), "")
    if quoted:
        return quoted
    found = _ATTRIBUTION.search(text)
    return (found[1] or found[2] or "").strip() if found else ""
