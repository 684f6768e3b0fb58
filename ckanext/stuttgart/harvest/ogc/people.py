"""People and offices in OGC API Records, its drafts and OpenAPI: by their role into contact, publisher and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.harvest import loose

Package = dict[str, Any]

# Role of a contact -> field of the package (ISO 19115 CI_RoleCode and its kin); all others are contacts.
ROLES = {
    "publisher": "publisher",
    "author": "creator",
    "creator": "creator",
    "principalinvestigator": "creator",
    "originator": "originator",
    "owner": "originator",
    "rightsholder": "originator",
    "custodian": "custodian",
    "contributor": "contributor",
    "processor": "contributor",
}
LONGEST_PERSON = 1000
_MAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+\.[^\s,;<>()]+")


def place(made: Package, properties: Mapping[str, Any]) -> None:
    """Contacts by their roles; whoever can be reached is a contact where no role says so."""
    contacts: list[Package] = []
    reachable: list[Package] = []
    for entry in [*loose.items(properties.get("contacts")), *loose.items(properties.get("providers"))]:
        who = person(entry)
        if not who:
            continue
        roles = [vocabulary.key(role) for role in loose.texts(loose.mapping(entry).get("roles"))]
        roles += [vocabulary.key(role) for role in loose.texts(loose.mapping(entry).get("role"))]
        fields = [ROLES[role] for role in roles if role in ROLES]
        agent = loose.filled({key: who.get(key, "") for key in ("name", "url")})
        for field in dict.fromkeys(fields) if "name" in agent else ():
            made.setdefault(field, []).append(agent)
        if {"email", "telephone", "url"} & set(who):
            (reachable if fields else contacts).append(who)
    if contacts or reachable:
        made["contact"] = contacts or reachable[:1]


def person(entry: Any) -> Package:
    """Name, mail, telephone and web page; a text is `name, mail, organization` (pycsw)."""
    if isinstance(entry, str):
        entry = entry[:LONGEST_PERSON]
        mail = _MAIL.search(entry)
        parts = [part.strip() for part in entry.split(",") if part.strip() and "@" not in part]
        return loose.filled({"name": parts[-1] if parts else "", "email": mail[0] if mail else ""})
    found = loose.mapping(entry)
    info = loose.mapping(found.get("contactInfo"))
    links = [*loose.mappings(found.get("links")), *loose.mappings(info.get("url"))]
    return loose.filled(
        {
            "name": loose.said(found.get("organization")) or loose.said(found.get("name")),
            "email": _leaf(found.get("emails"), found.get("email"), info.get("email")),
            "telephone": _leaf(found.get("phones"), found.get("phone"), info.get("phone")),
            "url": _web(loose.text(found.get("url")), *(loose.text(link.get("href")) for link in links)),
        }
    )


def _leaf(*packed: Any) -> str:
    """The first text in lists of `{"value": ...}`, plain texts or drafts' `{"work": ...}`."""
    for value in packed:
        found = next(iter(loose.texts(value)), "") or next(loose.strings(value), "")
        if found:
            return found
    return ""


def _web(*links: str) -> str:
    return next((made for link in links if link and (made := iris.mend(link, web=True))), "")
