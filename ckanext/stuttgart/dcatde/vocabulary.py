"""The code lists of DCAT-AP.de 3.0: terms by IRI, and by any name that real catalogues use for them.

Tables and aliases lie in `vocab/`; `vocab/index.yaml` explains their columns.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from ckanext.stuttgart.dcatde import files

# Longer text is no name of anything; this also bounds the work on hostile input.
LONGEST_NAME = 300
SCHEME = re.compile(r"^\s*(?:https?://)?(?:www\.)?", re.IGNORECASE)
NOT_WORD = re.compile(r"[\W_]+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": "und"})


@dataclass(frozen=True)
class Term:
    """One entry of a code list; `extra` holds the further columns of its table."""

    uri: str
    code: str
    labels: Mapping[str, str]
    extra: Mapping[str, str]

    def label(self, language: str = "de") -> str:
        """The label in a language, else in another, else the code."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.code)


@dataclass(frozen=True)
class Vocabulary:
    """A code list. `terms` is keyed by IRI in the order of the table."""

    name: str
    scheme: str
    terms: Mapping[str, Term]
    codes: Mapping[str, Term] = field(repr=False, default_factory=dict)
    names: Mapping[str, Term | None] = field(repr=False, default_factory=dict)
    namespaces: tuple[str, ...] = ()
    any_host: bool = False

    def __contains__(self, uri: object) -> bool:
        return isinstance(uri, str) and uri in self.terms

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def __len__(self) -> int:
        return len(self.terms)

    def by_code(self, code: str) -> Term | None:
        """The term with exactly this code."""
        return self.codes.get(code)

    def find(self, text: Any) -> Term | None:
        """The term a text means: its IRI in any spelling, its code, a label or an alias. None for anything else."""
        if not isinstance(text, str):
            return None
        return self.terms.get(text) or (_find(self.name, text) if len(text) <= LONGEST_NAME else None)

    def says_nothing(self, text: str) -> bool:
        """True for words that stand for a missing value, such as `notspecified`, and for nothing but punctuation."""
        if len(text) > LONGEST_NAME:
            return False
        name = key(text)
        return not name or (name in self.names and self.names[name] is None)


def key(text: str) -> str:
    """A name without scheme, `www.`, case, umlauts, accents, blanks and punctuation, so that spellings meet."""
    folded = SCHEME.sub("", text).casefold().translate(UMLAUTS)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded).casefold().translate(UMLAUTS)
        parts = unicodedata.normalize("NFKD", folded)
        folded = "".join(part for part in parts if not unicodedata.combining(part))
    return NOT_WORD.sub("", folded)


def sort_key(text: str) -> str:
    """Labels in the order of a German dictionary: umlauts as their vowels, case and accents last."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(part for part in plain if not unicodedata.combining(part)) + "\0" + text


@functools.lru_cache(maxsize=8192)
def _find(name: str, text: str) -> Term | None:
    vocabulary = load(name)
    for candidate in _candidates(vocabulary, text):
        if (wanted := key(candidate)) and wanted in vocabulary.names:
            return vocabulary.names[wanted]
    return None


def _candidates(vocabulary: Vocabulary, text: str) -> Iterator[str]:
    """The text, without parameters (`text/csv; charset=utf-8`), and the code part of an IRI in another namespace."""
    yield text
    if ";" in text:
        yield text.partition(";")[0]
    bare = SCHEME.sub("", text)
    for namespace in vocabulary.namespaces:
        if bare.lower().startswith(namespace.lower()):
            yield unquote(bare[len(namespace) :])
    if vocabulary.any_host and bare != text.strip():
        last = re.split(r"[/#]", bare.rstrip("/#"))[-1]
        if last != bare:
            yield unquote(last)


@functools.cache
def load(name: str) -> Vocabulary:
    """A code list by its name in `vocab/index.yaml`; KeyError names one that is not there."""
    spec = _index()["vocabularies"][name]
    base = spec["base"]
    terms = {}
    for row in _table(f"{name}.tsv"):
        code = row.pop("code")
        labels = {language: row.pop(language) for language in ("de", "en") if row.get(language)}
        terms[base + code] = Term(base + code, code, MappingProxyType(labels), MappingProxyType(row))
    codes = {term.code: term for term in terms.values()}
    return Vocabulary(
        name=name,
        scheme=spec["scheme"],
        terms=MappingProxyType(terms),
        codes=MappingProxyType(codes),
        names=MappingProxyType(_names(name, codes, spec.get("names", ()))),
        namespaces=(SCHEME.sub("", base), *spec.get("namespaces", ())),
        any_host=spec.get("any_host", False),
    )


def names() -> tuple[str, ...]:
    """Every name that `load` knows."""
    return tuple(_index()["vocabularies"])


def iri(name: str) -> str:
    """A single IRI that a rule needs by name, from the part `iris` of `vocab/index.yaml`."""
    return _index()["iris"][name]


@functools.cache
def media_types() -> frozenset[str]:
    """The names registered at IANA, in lower case: `text/csv`."""
    lines = files.text("vocab", "media_types.txt").splitlines()
    parts = (line.partition(": ") for line in lines)
    return frozenset(f"{main}/{sub}".lower() for main, _, subs in parts for sub in subs.split())


def _names(name: str, codes: Mapping[str, Term], columns: Iterable[str]) -> dict[str, Term | None]:
    """Name key -> term. An earlier kind of name wins: IRI and code, alias, label, further column."""
    found: dict[str, Term | None] = {}
    terms = list(codes.values())
    for term in terms:
        found.setdefault(key(term.uri), term)
    for term in terms:
        found.setdefault(key(term.code), term)
    for alias, code in _aliases().get(name, ()):
        found.setdefault(key(alias), codes[code] if code else None)
    for term in terms:
        for label in term.labels.values():
            found.setdefault(key(label), term)
    for term in terms:
        for column in columns:
            for text in filter(None, term.extra.get(column, "").split("|")):
                found.setdefault(key(text), term)
    return found


@functools.cache
def _aliases() -> dict[str, list[tuple[str, str]]]:
    """Vocabulary -> (alias, code)."""
    aliases: dict[str, list[tuple[str, str]]] = {}
    for row in _table("aliases.tsv"):
        aliases.setdefault(row["vocabulary"], []).append((row["alias"], row["code"]))
    return aliases


def _table(file: str) -> list[dict[str, str]]:
    """The rows of a tab separated table with a header; nothing in it is quoted."""
    return list(csv.DictReader(files.text("vocab", file).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def _index() -> dict[str, Any]:
    return files.table("vocab", "index.yaml")
