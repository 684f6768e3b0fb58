"""How a value of an older field is read: one small function for each word in the column `how` of `legacy.yaml`.

A converter gets the draft, the entry, the value and the name it stood under. It answers how much of the value is now in
a field: "whole", "part" (the value has to stay where it was as well) or "not".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import dates, iris, vocabulary
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.takeover import coverage, parties
from ckanext.stuttgart.takeover.draft import Converter, Draft, Taken, took
from ckanext.stuttgart.takeover.tables import Entry
from ckanext.stuttgart.takeover.text import BULLET, date_text, empty, only_texts, parsed, pieces, strings, web_addresses

# Where the first words of a text end that may name a concept: "jährlich, zum 31.12.", "täglich (werktags)".
FIRST_WORDS = re.compile(r"[(,;:/\n]|\s[–-]\s|\s(?:zum|zur|am|im|ab|seit|jeweils|immer)\s")
# What the list `dates` of GovData's first schema calls a date -> the field; "erstellt" only where nothing else is told.
DATE_ROLES = {"veroeffentlicht": "issued", "aktualisiert": "modified", "erstellt": "issued"}


def concept(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """One value of a code list; of free text at least the first words have to be in it."""
    texts = strings(value)
    row = draft.row(entry.to)
    if row is None or len(texts) != 1:
        return "not"
    text = BULLET.sub("", texts[0]).strip()
    terms = vocabulary.load(row.vocabulary)
    term = terms.find(text) or terms.find(text.strip(" .!"))
    if term:
        return took(draft.put(entry.to, term.uri))
    if terms.says_nothing(text):
        return "whole"
    first = _first(terms, text) if entry.free else None
    if first:
        return "part" if draft.put(entry.to, first.uri) else "not"
    return "not" if entry.free else took(draft.put(entry.to, text))


def _first(terms: vocabulary.Vocabulary, text: str) -> vocabulary.Term | None:
    """The term that the first words of a text mean, None where a later word means another."""
    words, *rest = FIRST_WORDS.split(text, maxsplit=1)
    first = terms.find(words)
    others = (terms.find(word) for word in re.findall(r"\w+", "".join(rest))[:50])
    return None if any(term is not None and term is not first for term in others) else first


def concepts(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Several values of a code list, as a list or in one text."""
    row = draft.row(entry.to)
    if row is None:
        return "not"
    terms = vocabulary.load(row.vocabulary)
    known, unknown = 0, 0
    for text in strings(value):
        whole = terms.find(text) or terms.says_nothing(text)
        for part_ in [text] if whole or iris.scheme_of(text) else pieces(text):
            term = terms.find(part_)
            if term or terms.says_nothing(part_):
                known += draft.put(entry.to, term.uri if term else None)
            elif not entry.free:
                known += draft.put(entry.to, part_)
            else:
                unknown += 1
    return ("part" if known else "not") if unknown else took(known > 0)


def each(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Texts, numbers or IRIs as they are."""
    texts = strings(value)
    return took(draft.put_all(entry.to, texts))


def text(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A text into a field of texts; a dict of languages is one too."""
    return took(isinstance(value, str | Mapping) and draft.put(entry.to, value))


def translated(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A dict of language -> text, or of language -> keywords."""
    value = parsed(value)
    if not isinstance(value, Mapping):
        return "not"
    found = [
        {"field": entry.to, "language": str(language), "text": item}
        for language, inner in value.items()
        for item in strings(inner)
    ]
    if entry.to not in draft.values and entry.to != "tags":
        german = next((item["text"] for item in found if item["language"][:2] == "de"), "")
        draft.put(entry.to, german or next((item["text"] for item in found), ""))
    draft.values.setdefault("translations", []).extend(found)
    return "whole"


def tags(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Keywords, as a list or in one text."""
    value = parsed(value)
    found = strings(value) if isinstance(value, list) else [part_ for item in strings(value) for part_ in pieces(item)]
    return took(draft.put_all(entry.to, [{"name": tag} for tag in found]))


def date(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A date; free text has to be one, and nothing else."""
    texts = strings(value)
    made = date_text(texts[0]) if len(texts) == 1 else ""
    if not made or (entry.free and dates.iso(made) is None):
        return "not"
    return took(draft.put(entry.to, made))


def date_roles(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """The list `dates` with a role for each date."""
    value = parsed(value)
    taken = []
    for item in value if isinstance(value, list) else [value]:
        role = text_of(item.get("role")) if isinstance(item, Mapping) else None
        field = DATE_ROLES.get(vocabulary.key(role or ""))
        made = text_of(item.get("date")) if isinstance(item, Mapping) else None
        taken.append(bool(field and made and draft.put(field, date_text(made))))
    return took(bool(taken) and all(taken))


def links(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Addresses; words beside them have to stay."""
    taken: list[Taken] = []
    for item in strings(value):
        found, words = web_addresses(item)
        if not found and iris.scheme_of(item) in IRI_SCHEMES and " " not in item:
            found, words = [item], ""
        put = draft.put_all(entry.to, found)
        taken.append("not" if not put else "part" if words else "whole")
    kinds = {*taken}
    return "whole" if kinds == {"whole"} else "part" if kinds - {"not"} else "not"


def references(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Other packages by IRI, or by their id in the same portal."""
    taken = []
    for item in strings(value):
        iri = item if iris.scheme_of(item) in IRI_SCHEMES else ""
        if not iri and " " not in item:
            # Inside one portal a series is named by its id; everything else by IRI.
            inside = draft.context.in_place and entry.to == "in_series"
            iri = item if inside else f"{draft.context.site}/dataset/{item}" if draft.context.site else ""
        taken.append(bool(iri) and draft.put(entry.to, iri))
    return took(bool(taken) and all(taken))


def labelled(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A text with the word it stood under, which says what it is about."""
    texts = strings(value)
    return took(draft.put_all(entry.to, [f"{name.strip(' :')}: {text_}" for text_ in texts]))


def part(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """One key of a node."""
    value = parsed(value)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if draft.row(entry.to) is None and entry.to not in parties.WAITING:
        return "not"
    if isinstance(value, Mapping) and entry.part == "name":  # `contributor: {name: ...}`
        return took(draft.put(entry.to, dict(value)))
    if isinstance(value, list | Mapping) and entry.part not in ("geom", "bbox", "centroid"):
        return "not"
    made = date_text(str(value)) if entry.to == "temporal_coverage" else value
    return took(draft.part(entry.to, entry.part, made))


def notation(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Further identifiers."""
    value = parsed(value)
    items = value if isinstance(value, list) else [value]
    made = [dict(item) if isinstance(item, Mapping) else {"notation": text_of(item)} for item in items]
    return took(draft.put_all(entry.to, [item for item in made if not empty(item)]))


def licence(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A licence that is in the list, where the package has none or the same."""
    texts = strings(value)
    term = vocabulary.load("licence").find(texts[0].strip(" .")) if len(texts) == 1 else None
    said = {draft.values.get(name, "") for name in ("license_id", "license_title", "license_url")} - {""}
    if term is None or said - {term.uri}:
        return "not"
    draft.values["license_id"] = term.uri
    return "whole"


def attribution(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """The text for the attribution, which belongs to every file."""
    texts = strings(value)
    if not texts or draft.attribution not in ("", texts[0]):
        return "not"
    draft.attribution = texts[0]
    return took(len(texts) == 1)


def terms_of_use(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Licence, attribution and conditions in one dict."""
    value = parsed(value)
    if not isinstance(value, Mapping):
        return "not"
    taken: list[Taken] = []
    for key, item in value.items():
        if key in ("license_id", "license_url", "license_title"):
            taken.append("whole" if empty(item) else licence(draft, entry, item, name))
        elif key == "attribution_text":
            taken.append("whole" if empty(item) else attribution(draft, entry, item, name))
        elif key == "other":
            made = text_of(item) or ""
            draft.rights = draft.rights or made
            taken.append(took(draft.rights == made))
        elif key != "is_free_to_use" and not empty(item):
            taken.append("not")
    return "whole" if "not" not in taken else "part"


# A dict that says more than one thing is too much for these.
FLAT = frozenset({
    "agent", "attribution", "contact", "date", "iris", "key", "labelled", "licence", "literal", "references",
    "statement", "tags", "values",
})  # fmt: skip


def read(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Read a value as its entry says."""
    if entry.how in FLAT and not only_texts(value):
        return "not"
    return CONVERTERS[entry.how](draft, entry, value, name)


CONVERTERS: Mapping[str, Converter] = {
    "agent": parties.agent,
    "attribution": attribution,
    "concept": concept,
    "concepts": concepts,
    "contact": parties.contact,
    "contacts": parties.contacts,
    "date": date,
    "dates": date_roles,
    "granularity": coverage.granularity,
    "iris": links,
    "key": coverage.key,
    "labelled": labelled,
    "licence": licence,
    "literal": each,
    "notation": notation,
    "part": part,
    "period": coverage.period,
    "places": coverage.places,
    "references": references,
    "spatial_reference": coverage.spatial_reference,
    "statement": each,
    "tags": tags,
    "terms_of_use": terms_of_use,
    "text": text,
    "translated": translated,
    "values": each,
}
