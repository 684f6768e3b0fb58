"""Files of an older package in the fields of a distribution; what has no field keeps its own name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.parts import DISTRIBUTION, plan
from ckanext.stuttgart.dcatde.vocabulary import key
from ckanext.stuttgart.takeover import services
from ckanext.stuttgart.takeover.draft import Draft
from ckanext.stuttgart.takeover.markup import plain, unescaped, without_marks
from ckanext.stuttgart.takeover.tables import tables
from ckanext.stuttgart.takeover.text import byte_size, date_text, empty, parsed, strings

DATES = ("issued", "modified")
TEXTS = {"name": unescaped, "description": lambda text: without_marks(plain(text))}
IN_PLACE = ("id", "url_type", "package_id", "position")


def fill(draft: Draft, package: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the draft its files; returns the services they describe or lead to."""
    given = package.get("resources")
    found: list[dict[str, Any]] = []
    made = []
    for raw in given if isinstance(given, list) else []:
        if not isinstance(raw, Mapping) or key(text_of(raw.get("state")) or "") in tables().unpublished:
            continue
        resource = _resource(draft, raw, text_of(package.get("id")) or "", len(made))
        told = _services(raw, resource)
        asked = services.request(resource.get("url"), raw.get("format"))
        if asked and not told:
            told = [services.of_request(asked)]
            draft.note("service_found", f"resources.{len(made)}.url", resource["url"], asked.endpoint)
        if told:
            links = [*resource.get("access_services", ()), *(service["uri"] for service in told)]
            resource["access_services"] = list(dict.fromkeys(links))
        found += told
        made.append(resource)
    if made:
        draft.values["resources"] = made
    return found


def _resource(draft: Draft, raw: Mapping[str, Any], package_id: str, index: int) -> dict[str, Any]:
    renamed = {name for _, names in tables().resources for name in names}
    made: dict[str, Any] = {}
    for to, names in tables().resources:
        made[to] = next((raw[name] for name in names if not empty(raw.get(name))), None)
    for name, value in raw.items():
        if not empty(value) and name not in renamed and name != "access_services":
            made |= dict(_field(draft, name, value, index))
    for name in DATES:
        made[name] = date_text(text_of(made[name]) or "")
    for name, read in TEXTS.items():
        if isinstance(made.get(name), str):
            made[name] = read(made[name])
    made["size"] = byte_size(made.get("size"))
    _addresses(draft, raw, made, package_id)
    if draft.attribution and empty(made.get("license_attribution_by_text")):
        made["license_attribution_by_text"] = draft.attribution
    if draft.rights and empty(made.get("rights")):
        made["rights"] = draft.rights
    return {name: value for name, value in made.items() if not empty(value)}


def _field(draft: Draft, name: str, value: Any, index: int) -> Iterator[tuple[str, Any]]:
    """A field of the schema as it is, CKAN's own only inside its portal, what is unknown as a text."""
    row = load().classes[DISTRIBUTION].by_field.get(name)
    if name in plan(DISTRIBUTION).fields:
        yield name, strings(value) if row is not None and row.many and row.kind != "node" else parsed(value)
    elif name in IN_PLACE:
        if draft.context.in_place:
            yield name, value
    elif key(name) not in tables().housekeeping:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        draft.note("extra_kept", f"resources.{index}.{name}", value, name)


def _addresses(draft: Draft, raw: Mapping[str, Any], made: dict[str, Any], package_id: str) -> None:
    """Whole addresses, the IRI that ckanext-dcat gives the file, and the download of an upload."""
    site, id_ = draft.context.site, text_of(raw.get("id")) or ""
    home = f"{site}/dataset/{package_id}/resource/{id_}" if site and package_id and id_ else ""
    url = text_of(made.get("url")) or ""
    uploaded = raw.get("url_type") == "upload"
    if url and home and not draft.context.in_place and not iris.scheme_of(url):
        if url.startswith("/"):
            made["url"] = url = "/".join(site.split("/", 3)[:3]) + url
        elif uploaded:
            made["url"] = url = f"{home}/download/{url}"
    if uploaded and url and not draft.context.in_place and empty(made.get("download_url")):
        made["download_url"] = [url]
    if iris.scheme_of(text_of(made.get("uri")) or "") in ("", "none"):
        made.pop("uri", None)
        if home:
            made["uri"] = home


def _services(raw: Mapping[str, Any], made: dict[str, Any]) -> list[dict[str, Any]]:
    """The services that ckanext-dcat describes inside the file; those named by IRI stay links."""
    given = parsed(raw.get("access_services"))
    items = given if isinstance(given, list) else [given]
    links = [text for item in items if not isinstance(item, Mapping) and iris.scheme_of(text := text_of(item) or "")]
    if links:
        made["access_services"] = links
    told = [services.described(item) for item in items if isinstance(item, Mapping)]
    return [service for service in told if service]
