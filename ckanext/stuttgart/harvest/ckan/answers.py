"""What an answer of the action API holds: packages in any of the wrappings that CKAN and DKAN put them into. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.errors import SourceUnreadable
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.ckan.addresses import site_of
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.sniff import sniff

HEAD, TAIL = 65_536, 4_096
FAILED = re.compile(rb'"success"\s*:\s*false\b')
SUCCEEDED = re.compile(rb'"success"\s*:\s*true\b')
RESULTS = re.compile(rb'"results"\s*:\s*\[')
COUNT = re.compile(rb'"count"\s*:\s*"?\d')
STATUS = re.compile(rb'"ckan_version"\s*:\s*"')
PACKAGE = re.compile(rb'"(?:resources|metadata_modified|license_title|owner_org|num_resources)"\s*:')
NAMED = re.compile(rb'"(?:title|name)"\s*:')
HELP = re.compile(rb'"help"\s*:\s*"')
DISTRIBUTION = re.compile(rb'"distribution"\s*:\s*\[')
POD = re.compile(rb'"(?:accessLevel|contactPoint|bureauCode|programCode)"\s*:')
# Keys that only a package has, in CKAN and in the schema of DKAN 2.
PACKAGE_KEYS = frozenset(
    {"extras", "license_id", "license_title", "metadata_modified", "notes", "owner_org", "resources"}
)
POD_KEYS = frozenset({"distribution", "accessLevel", "keyword", "contactPoint"})
ERROR_REPORT = "is an error report of the portal"
LISTS = ("results", "packages", "datasets", "dataset")


@dataclass(frozen=True)
class Held:
    """What an answer holds: its items in order, how many there are by its own account, and the portal it is of."""

    items: list[Any]
    total: int | None = None
    site: str = ""


def recognises(answer: Answer) -> int:
    """How sure it is, from 0 to 100, that an answer is one of CKAN's or DKAN's; an error report is 0."""
    if sniff(answer.body, answer.content_type, answer.url) not in ("json", "jsonld"):
        return 0
    head, tail = answer.body[:HEAD].replace(b"\0", b""), answer.body[-TAIL:].replace(b"\0", b"")
    if FAILED.search(head) or FAILED.search(tail):
        return 0
    succeeded = bool(SUCCEEDED.search(head) or SUCCEEDED.search(tail))
    package = bool(PACKAGE.search(head) and NAMED.search(head))
    if succeeded and STATUS.search(head):
        return 95
    counted = RESULTS.search(head) and (COUNT.search(head) or COUNT.search(tail))
    if succeeded and counted and (package or re.search(rb'"results"\s*:\s*\[\s*\]', head)):
        return 95
    if succeeded and package:
        return 92
    if DISTRIBUTION.search(head) and POD.search(head):
        return 40
    return (60 if succeeded and HELP.search(head) else 0) or (70 if package else 0)


def held(value: Any, answer: Answer) -> Held:
    """The packages of a parsed answer. Raises SourceUnreadable for an error report and for what holds none."""
    name, site = shown(answer.url), _site(value, answer)
    if isinstance(value, Mapping) and value.get("success") in (False, "false"):
        raise SourceUnreadable(name, ERROR_REPORT)
    if isinstance(value, Mapping) and "result" in value:
        value = value["result"]
    found: list[Any] | None = None
    total = None
    if isinstance(value, list):
        found = [item for part in value for item in (part if isinstance(part, list) else [part])]
    elif isinstance(value, Mapping):
        found = next((value[key] for key in LISTS if isinstance(value.get(key), list)), None)
        total = _number(value.get("count", value.get("package_count"))) if found is not None else None
        found = [value] if found is None and (is_package(value) or is_pod(value)) else found
    if found is None:
        raise SourceUnreadable(name, "holds no datasets of CKAN or DKAN")
    if found and all(isinstance(item, str) for item in found):
        raise SourceUnreadable(name, "lists names only, not datasets", "Give the address of package_search")
    return Held(found, total, site)


def is_package(item: Mapping[str, Any]) -> bool:
    """Whether a dict is a package and not, say, an organization."""
    return not PACKAGE_KEYS.isdisjoint(item) and not is_organization(item)


def is_organization(item: Mapping[str, Any]) -> bool:
    """Whether a dict is an organization or a group."""
    return item.get("is_organization") is True or item.get("type") in ("organization", "group")


def is_pod(item: Mapping[str, Any]) -> bool:
    """Whether a dict is a dataset in the schema that DKAN 2 uses (Project Open Data, DCAT-US 1.1)."""
    return "resources" not in item and not POD_KEYS.isdisjoint(item)


def _site(value: Any, answer: Answer) -> str:
    """The portal that answered; of an answer that lies in a file, the one that CKAN names beside it, else "".

    Asked itself, a portal behind a proxy may name an inner host there.
    """
    if answer.base and ("/api/" in answer.base or answer.base.endswith("/data.json")):
        return site_of(answer.base)
    help_ = value.get("help") if isinstance(value, Mapping) else None
    return site_of(help_.strip()) if isinstance(help_, str) and "/api/" in help_[:500] else ""


def _number(value: Any) -> int | None:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
