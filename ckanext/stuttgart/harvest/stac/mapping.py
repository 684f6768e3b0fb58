"""A collection as a dataset, and the API as a data service. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest import boxes, loose, text
from ckanext.stuttgart.harvest.address import joined
from ckanext.stuttgart.harvest.licences import licence
from ckanext.stuttgart.harvest.reader import Mapped, Package
from ckanext.stuttgart.harvest.stac.documents import href, links
from ckanext.stuttgart.harvest.words import words

# Words in the licence field that name no licence; the terms stand behind a link then (STAC 1.0 and 1.1).
NO_LICENCE = ("proprietary", "various", "other")
# The role of a provider -> the field; who publishes is the first of these that is there.
PUBLISHER = ("licensor", "host", "producer", "processor")
ROLES = {"producer": "creator", "processor": "contributor"}
# Pictures of the data, not the data.
PICTURES = frozenset({"thumbnail", "overview"})
# An extension of a media type that tells more than the type.
MEDIA = {"application=geotiff": "image/tiff", "profile=cloud-optimized": "image/tiff"}
GEOTIFF = "GEOTIFF"
PAGES = ("describedby", "about", "alternate", "documentation", "cite-as")
CLASSES = ("/core", "/collections", "/ogcapi-features", "/item-search")


def dataset(payload: dict[str, Any], iri: str | None) -> Mapped:
    """The dataset of a reduced collection. Raises RecordRefused."""
    given = loose.mapping(payload.get("collection"))
    name = loose.text(given.get("id"))
    title = text.title(loose.said(given.get("title"))) or name
    if not title:
        raise RecordRefused(iri or "A collection", "has neither title nor id")
    base = loose.text(payload.get("base"))
    providers = [provider for provider in loose.mappings(given.get("providers")) if loose.said(provider.get("name"))]
    places, findings = _places(loose.items(loose.get(given, "extent", "spatial", "bbox")))
    terms, more = _terms(given, base)
    doi = loose.said(given.get("sci:doi"))
    package: Package = {
        "type": "dataset",
        "uri": iri,
        "title": title,
        "notes": text.markdown(loose.said(given.get("description")).replace("\\n", "\n")),
        "tags": [{"name": text.title(word)} for word in loose.words(given.get("keywords"))],
        "identifier": name,
        "alternate_identifier": [{"notation": doi}] if doi else [],
        "publisher": [_agent(provider) for provider in _publisher(providers)],
        **{field: [_agent(one) for one in providers if role in _roles(one)] for role, field in ROLES.items()},
        "contact": _contacts(given, providers),
        "spatial_coverage": places,
        "temporal_coverage": _periods(loose.items(loose.get(given, "extent", "temporal", "interval"))),
        "issued": loose.date(loose.first(given.get("published"), given.get("created"))),
        "modified": loose.date(given.get("updated")),
        "version": loose.said(given.get("version")),
        "language": loose.texts(loose.first(loose.get(given, "language", "code"), given.get("language"))),
        "spatial_resolution_in_meters": _resolution(given.get("gsd")),
        "source": [_address(base, link) for link in links(given, "derived_from")],
        **_pages(given, base),
        "resources": [{**resource, **terms} for resource in _resources(payload, given, base)],
    }
    language = package["language"][0] if package["language"] else ""
    return Mapped(loose.filled(loose.tagged(package, language)), (*findings, *more))


def service(payload: dict[str, Any]) -> Mapped:
    """The API as a data service that serves its collections."""
    endpoint = loose.address(payload.get("endpoint"))
    classes = (name for name in loose.texts(payload.get("conforms_to")) if loose.address(name))
    package = {
        "type": "data_service",
        "uri": payload.get("iri"),
        "title": text.title(loose.said(payload.get("title"))),
        "notes": text.markdown(loose.said(payload.get("description"))),
        "endpoint_url": [endpoint],
        "endpoint_description": loose.texts(payload.get("endpoint_description")),
        "documentation": loose.texts(payload.get("documentation")),
        "conforms_to": [name for name in classes if name.endswith(CLASSES)],
        "serves_dataset": loose.texts(payload.get("serves")),
    }
    return Mapped(loose.filled(package))


def service_title(endpoint: str, title: str) -> str:
    """The name of an API, else its kind and host."""
    return title or words("stac")["service_title"].format(host=urlsplit(endpoint).hostname or endpoint)


def _address(base: str, link: dict[str, Any]) -> str:
    """The address of a link or asset as an absolute one."""
    given = loose.text(link.get("href"))
    return joined(base, given) if base and given else given


def _roles(provider: dict[str, Any]) -> list[str]:
    return [role.lower() for role in loose.texts(loose.first(provider.get("roles"), provider.get("role")))]


def _publisher(providers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who publishes: who licenses the data, else who hosts, makes or processes them."""
    for role in PUBLISHER:
        found = next((provider for provider in providers if role in _roles(provider)), None)
        if found:
            return [found]
    return providers[:1]


def _agent(provider: dict[str, Any]) -> Package:
    page, mail = loose.address(provider.get("url")), loose.said(provider.get("email"))
    return loose.filled({"name": text.title(loose.said(provider["name"])), "url": page, "email": mail})


def _contacts(given: dict[str, Any], providers: list[dict[str, Any]]) -> list[Package]:
    """The contacts of the extension of this name, else the publisher where it can be reached."""
    made = []
    for contact in loose.mappings(given.get("contacts")):
        mail = loose.first(loose.get(loose.mappings(contact.get("emails")), 0, "value"), contact.get("email"))
        phone = loose.get(loose.mappings(contact.get("phones")), 0, "value")
        page = loose.get(loose.mappings(contact.get("links")), 0, "href")
        name = loose.said(loose.first(contact.get("organization"), contact.get("name")))
        made.append(
            loose.filled(
                {
                    "name": text.title(name),
                    "email": loose.said(mail),
                    "telephone": loose.said(phone),
                    "url": loose.address(page),
                }
            )
        )
    reachable = [contact for contact in made if set(contact) - {"name"}]
    return reachable or [agent for agent in map(_agent, _publisher(providers)) if set(agent) - {"name"}]


def _places(given: list[Any]) -> tuple[list[Package], list[Finding]]:
    """The extents; the first is that of the whole, and the only one of use where it holds the others."""
    if given and not isinstance(given[0], list):
        given = [given]
    found = [box for one in given if (box := boxes.box(one))]
    if found and all(boxes.holds(found[0], box) for box in found):
        found = found[:1]
    places, findings = [], []
    for box in found:
        if boxes.possible(box):
            places += boxes.locations(box)
        else:
            shown = ", ".join(f"{number:g}" for number in box)
            findings.append(Finding("extent_impossible", "warning", "spatial_coverage", shown))
    return places, findings


def _periods(given: list[Any]) -> list[Package]:
    """The intervals; the first is that of the whole, and enough where it names both ends or is the only one."""
    if given and not isinstance(given[0], list):
        given = [given]
    made = [
        loose.filled({"start": _open(loose.get(one, 0)), "end": _open(loose.get(one, 1))})
        for one in given
        if isinstance(one, list)
    ]
    return list(filter(None, made[:1] or made))


def _open(value: Any) -> str:
    found = loose.date(value)
    return "" if found == ".." else found


def _resolution(gsd: Any) -> str:
    """The finest ground sample distance in metres, of a list or a range."""
    values = [gsd.get("minimum")] if isinstance(gsd, dict) else loose.items(gsd)
    numbers = [number for value in values if (number := loose.number(value)) is not None and number > 0]
    return f"{min(numbers):g}" if numbers else ""


def _terms(given: dict[str, Any], base: str) -> tuple[dict[str, str], list[Finding]]:
    """The licence by its SPDX id; where the field names none, by the link to the terms and its words."""
    named = loose.said(given.get("license"))
    linked = links(given, "license")
    address = next((_address(base, link) for link in linked if _address(base, link)), "")
    said_ = next((said for link in linked if (said := text.plain(loose.said(link.get("title"))))), "")
    if named and named.lower() not in NO_LICENCE:
        terms, findings = licence(named, address)
    else:
        terms, findings = licence(address, said_, named)
    if said_ and "rights" not in terms and terms.get("license") != said_ and named.lower() in NO_LICENCE:
        terms["rights"] = said_
    credit = text.plain(loose.said(loose.first(given.get("attribution"), given.get("sci:citation"))))
    return terms | ({"license_attribution_by_text": credit} if credit else {}), findings


def _pages(given: dict[str, Any], base: str) -> dict[str, Any]:
    """The first page for people is the landing page, the others are documentation."""
    found = [_address(base, link) for link in links(given, *PAGES) if "json" not in loose.text(link.get("type"))]
    found = list(dict.fromkeys(loose.address(page) for page in found if loose.address(page)))
    return {"url": found[0] if found else "", "documentation": found[1:]}


def _resources(payload: dict[str, Any], given: dict[str, Any], base: str) -> Iterator[Package]:
    """The assets of the collection itself, then the way to its items: through the API, or by the document."""
    assets = loose.mapping(given.get("assets"))
    for key, asset in assets.items():
        if not isinstance(asset, dict) or not loose.text(asset.get("href")):
            continue
        if PICTURES.intersection(loose.texts(asset.get("roles"))):
            continue
        media = loose.text(asset.get("type"))
        tiff = next((name for mark, name in MEDIA.items() if mark in media.replace(" ", "")), "")
        yield loose.filled(
            {
                "name": text.title(loose.said(asset.get("title"))) or key,
                "description": text.markdown(loose.said(asset.get("description"))),
                "url": _address(base, asset),
                "format": GEOTIFF if tiff else media,
                "mimetype": tiff or media.partition(";")[0],
                "size": loose.whole(asset.get("file:size")),
            }
        )
    items = href(given, "items")
    if items:
        service_iri = loose.text(payload.get("service"))
        yield loose.filled(
            {
                "name": words("stac")["items"],
                "url": _address(base, {"href": items}),
                "format": "GEOJSON",
                "mimetype": "application/geo+json",
                "access_services": [service_iri] if service_iri else [],
            }
        )
    elif href(given, "item", "child") and loose.address(payload.get("self")):
        own = loose.address(payload.get("self"))
        yield {"name": words("stac")["collection"], "url": own, "format": "JSON", "mimetype": "application/json"}
