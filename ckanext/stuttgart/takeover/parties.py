"""Who is responsible: authors, maintainers, contacts, organizations, and the office that somebody wrote into `url`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.takeover.draft import Draft, Taken, took
from ckanext.stuttgart.takeover.tables import Entry, tables
from ckanext.stuttgart.takeover.text import LINK, empty, parsed, strings, web_addresses

WAITING = ("author", "maintainer")
"""Nodes that are no fields: `settle` decides what becomes of them."""

KIND = ("uri", "name", "email", "url", "telephone")
AGENT = ("uri", "name", "email", "url", "type", "identifier")
REACH = ("email", "url", "telephone")
# The roles of the list `contacts` in GovData's first schema.
ROLES = {
    "autor": "author",
    "ansprechpartner": "maintainer",
    "veroeffentlichendestelle": "publisher",
    "vertrieb": "contact",
}
MAIL = re.compile(r"[^\s<>()\[\],;:]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:Telefon|Tel\.?|Fon|Durchwahl)\s*[:.]?\s*(\+?\d[\d\s/()-]{4,25}\d)", re.IGNORECASE)
DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,12}(?:/\S*)?", re.IGNORECASE)
LONGEST_OFFICE, MOST_WORDS = 120, 12
NO_NAME = re.compile(r"(?:siehe|s\.|vgl|keine?r?|nicht|wird|tbd|test)\b|.*[.!?:]\s", re.IGNORECASE | re.DOTALL)


def agent(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """The name of an office or person."""
    texts = strings(value)
    fits = len(texts) == 1 and len(texts[0]) <= 200 and "\n" not in texts[0]
    return took(fits and draft.put(entry.to, {"name": texts[0].strip(" .")}))


def contact(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Somebody who can be reached: mail address, web address or telephone number; the rest is the name."""
    texts = strings(value)
    if len(texts) != 1 or len(texts[0]) > 500:
        return "not"
    rest, made = LINK.sub(r" \1 \2 ", texts[0]), {}
    mails, phones = list(dict.fromkeys(MAIL.findall(rest))), PHONE.findall(rest)
    rest = PHONE.sub(" ", re.sub(r"(?i)\b(?:e-?mail|mailto)\s*:", " ", MAIL.sub(" ", rest)))
    pages, rest = web_addresses(rest)
    if max(len(mails), len(phones), len(pages)) > 1 or not (mails or phones or pages):
        return "not"
    words = (line.strip(" \t,;:-<>()") for line in re.split(r"[\n,;]", rest))
    for part, found in zip(KIND[1:], ([", ".join(filter(None, words))], mails, pages, phones), strict=True):
        if found and found[0]:
            made[part] = found[0]
    return took(draft.put(entry.to, made))


def contacts(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A list of parties, each with its role; an address has no field and leaves the list where it was, too."""
    value = parsed(value)
    taken = []
    for item in value if isinstance(value, list) else [value]:
        role = ROLES.get(vocabulary.key(text_of(item.get("role")) or "")) if isinstance(item, Mapping) else None
        if role is None:
            taken.append(empty(item))
            continue
        for part, inner in item.items():
            known = part in ("name", "email", "url")
            taken.append(part == "role" or empty(inner) or (known and draft.part(role, part, text_of(inner))))
    return "whole" if all(taken) else "part" if any(taken) else "not"


def named(draft: Draft, node: str, name: Any, email: Any) -> None:
    """CKAN's own pair of fields for a party; some portals keep the address of a form where the mail address belongs."""
    draft.part(node, "name", text_of(name))
    address = text_of(email) or ""
    draft.part(node, "url" if iris.scheme_of(address) in iris.WEB else "email", address)


def settle(draft: Draft) -> None:
    """The author is the creator; the maintainer is the contact, or the custodian where nobody can be reached."""
    author, maintainer = (draft.nodes.pop(node, {}) for node in WAITING)
    there = [*_dicts(draft.values.get("contact")), draft.nodes.get("contact", {})]
    if _reachable(maintainer):
        made = _only(maintainer, KIND)
        if not any(_same(made, other) for other in there):
            _put(draft, "contact", made, "maintainer")
            there.append(made)
        elif maintainer.get("name") and not any(maintainer["name"] == other.get("name") for other in there):
            _put(draft, "custodian", _only(maintainer, ("name",)), "maintainer")
        if maintainer.get("type"):
            draft.keep("maintainer_type", maintainer["type"])
    elif maintainer.get("name"):
        _put(draft, "custodian", _only(maintainer, AGENT), "maintainer")
    if author.get("name") and not _named(draft.values.get("creator"), author["name"]):
        _put(draft, "creator", _only(author, AGENT), "author")
    if _reachable(author) and not any(map(_reachable, there)):
        _put(draft, "contact", _only(author, KIND), "author")
    elif _reachable(author) and not author.get("name"):
        draft.keep("author_email", author.get("email") or author.get("url"))


def publisher(draft: Draft, organization: Any) -> None:
    """The publisher: as extras name it, else the organization, else the one that is told for the whole source."""
    node, made = draft.nodes.get("publisher", {}), _organization(draft, organization)
    there = _dicts(draft.values.get("publisher")) or ([node] if node.get("name") else [])
    if there:
        if there[0] is not node:
            draft.nodes.pop("publisher", None)
            draft.keep("publisher_name", None if _named(there, node.get("name")) else node.get("name"))
        if not draft.context.in_place and not _named(there, made.get("name")):
            draft.keep("organization", made.get("name"))
        return
    if not made and draft.context.publisher:
        made = dict(draft.context.publisher)
        draft.note("publisher_from_defaults", "publisher", target=str(made.get("name", "")))
    if made:
        if node.get("uri"):  # that of somebody whose name is not told
            draft.keep("publisher_uri", node.pop("uri"))
        draft.nodes["publisher"] = made | node


def _organization(draft: Draft, organization: Any) -> dict[str, Any]:
    if isinstance(organization, str):
        return {"name": organization.strip()} if organization.strip() else {}
    if not isinstance(organization, Mapping):
        return {}
    first = {
        "name": ("title", "display_name", "name"),
        "email": ("email", "contact_email"),
        "url": ("url", "homepage", "website"),
    }
    made = {
        part: next((text for name in names if (text := text_of(organization.get(name)))), "")
        for part, names in first.items()
    }
    id_ = text_of(organization.get("id")) or text_of(organization.get("name"))
    if draft.context.site and id_ and " " not in id_:
        made["uri"] = f"{draft.context.site}/organization/{id_}"
    return {part: text for part, text in made.items() if text} if made["name"] else {}


def page_or_office(draft: Draft, value: Any) -> None:
    """CKAN's field `url`: a web page, but also a mail address or the name of the office that supplies the data."""
    for text in strings(value):
        found, words = web_addresses(text)
        mended = iris.mend(text, web=True) if iris.scheme_of(text) in iris.WEB else None
        if mended or (found and not words):
            draft.put("url", mended or found[0])
        elif MAIL.fullmatch(text):
            _put(draft, "contact", {"email": text}, "url")
        elif DOMAIN.fullmatch(text):
            draft.put("url", f"http://{text}")
        elif found:
            draft.put("url", found[0])
            draft.keep("url", text)
        elif is_office(text) and draft.row("creator"):
            if not _named(draft.values.get("creator"), text):
                draft.put("creator", {"name": text})
            draft.note("office_in_url", "url", text, "creator")
        else:
            draft.note("extra_kept", "url", text, draft.keep("url", text))


def is_office(text: str) -> bool:
    """Whether a text can be the name of an office: short, begins like a name, no sentence, no filler."""
    return (
        3 <= len(text) <= LONGEST_OFFICE
        and len(text.split()) <= MOST_WORDS
        and text[0].isupper()
        and not NO_NAME.match(text)
        and vocabulary.key(text) not in tables().no_office
    )


def _put(draft: Draft, field: str, node: dict[str, Any], source: str) -> None:
    """Give a field a node; a class without that field keeps the name as a free extra."""
    if not draft.put(field, node):
        draft.keep(source, ", ".join(str(node[part]) for part in ("name", "email", "url") if node.get(part)))


def _only(node: Mapping[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    return {part: node[part] for part in parts if not empty(node.get(part))}


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _named(value: Any, name: Any) -> bool:
    return any(name == other.get("name") for other in _dicts(value))


def _reachable(node: Mapping[str, Any]) -> bool:
    return any(not empty(node.get(part)) for part in REACH)


def _same(node: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two contacts are reached in the same way."""
    ways = [part for part in REACH if node.get(part)]
    return bool(ways) and all(node[part] == other.get(part) for part in ways)
