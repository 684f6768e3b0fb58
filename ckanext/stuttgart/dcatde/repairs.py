"""The conventions by which a package is completed: each a small function, in the order of the tables at the end.

Rules and sources: DCAT-AP.de 3.0, sections on the classes; handbook conventions K1, K12, K13, K35 to K41; the
regulation on high-value datasets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.dcatde import canonical, dates, geometry, iris, vocabulary
from ckanext.stuttgart.dcatde.conversion import EMPTY, Hook, Repair
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.dcatde.parts import Part

EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})(?:\.([A-Za-z0-9]{1,8}))?$")


@dataclass(frozen=True)
class Defaults:
    """What a city or a source says of all its packages, used where a package says nothing.

    publisher       fields of an Agent: name, type, url, email, uri
    contributor_id  an IRI under http://dcat-ap.de/def/contributors/
    level           an IRI of the list of political levels
    """

    publisher: Mapping[str, Any] = field(default_factory=dict)
    contributor_id: str = ""
    level: str = ""


# --- before the rows are looked at: on the dicts as they came ----------------------------------------------------

# Field of an older schema -> (the field of today, the key of a node the value goes into).
OLD_FIELDS = {
    "political_geocoding_uri": ("spatial_coverage", "uri"),
    "geocoding_description": ("spatial_coverage", "text"),
    "geocoding_text": ("spatial_coverage", "text"),
    "legal_basis": ("applicable_legislation", ""),
    "quality_process_uri": ("documentation", ""),
    "planned_availability": ("availability", ""),
    "maintainer": ("custodian", ""),
}


def move_old_fields(repair: Repair, package: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """Values of deprecated fields into their successors; `maintainer` as plain text is CKAN's own field and stays."""
    moved = dict(package)
    for old, (new, key) in OLD_FIELDS.items():
        value = package.get(old)
        if value in EMPTY or new not in fields or (old == "maintainer" and not isinstance(value, list | dict)):
            continue
        values = value if isinstance(value, list) else [value]
        del moved[old]
        there = moved.get(new)
        before = [] if there in EMPTY else there if isinstance(there, list) else [there]
        moved[new] = [*before, *({key: item} if key else item for item in values)]
        repair.note("old_field_moved", old, value, new)
    return moved


def licence_hook(package: Mapping[str, Any]) -> Hook:
    """For a distribution: a licence that is missing or a text becomes that of the package, or the fallback."""
    inherited, text_there = _package_licence(package)

    def mend(repair: Repair, resource: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        terms = vocabulary.load("licence")
        given = resource.get("license")
        given = (
            given.get("uri") if isinstance(given, Mapping) else given[0] if isinstance(given, list) and given else given
        )
        text = text_of(given) or ""
        if terms.find(text) or (text and _iri(text)):
            return {**resource, "license": text}
        says = "" if terms.says_nothing(text) else text
        target = inherited or vocabulary.iri("fallback_licence")
        rule = "licence_inherited" if inherited else "licence_fallback" if says or text_there else "licence_missing"
        repair.note(rule, f"{path}license", says or text_there, target)
        mended = {**resource, "license": target}
        words = says or ("" if inherited else text_there)
        if words and resource.get("rights") in EMPTY and not iris.scheme_of(words):
            mended["rights"] = words
        return mended

    return mend


def _package_licence(package: Mapping[str, Any]) -> tuple[str, str]:
    """The IRI of the package's licence ("" where it is none), and else its text."""
    terms = vocabulary.load("licence")
    texts = [text_of(package.get(name)) or "" for name in ("license_id", "license_url", "license_title")]
    for text in texts:
        term = terms.find(text)
        if term:
            return term.uri, ""
    usable = next((made for text in texts if text and (made := _iri(text))), "")
    return usable, next((text for text in reversed(texts) if text and not terms.says_nothing(text)), "")


def _iri(text: str) -> str | None:
    made = iris.mend(text)
    return made if made and iris.scheme_of(made) in IRI_SCHEMES else None


def geometry_hook(repair: Repair, location: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Box and centre of a place out of its `geom`, which RDF cannot carry as the official shapes want it."""
    geom = location.get("geom")
    wanted = [name for name in ("bbox", "centroid") if location.get(name) in EMPTY]
    if geom in EMPTY or not wanted:
        return location
    shape = geometry.read(geom)
    if shape is None:
        repair.note("geometry_unreadable", f"{path}geom", geom, severity="warning")
        return location
    made = {"centroid": shape.centre()} if shape.single else {"bbox": shape.box(), "centroid": shape.centre()}
    new = {name: value for name, value in made.items() if name in wanted}
    for name, value in new.items():
        repair.note("geometry_boiled_down", f"{path}{name}", geom, value)
    return {**location, **new}


# --- distributions -----------------------------------------------------------------------------------------------


def _uploads_are_downloads(repair: Repair, resource: Part, package: Part) -> None:
    """K39: an uploaded file has the same URL for access and download."""
    values = resource.values
    uploaded = values.get("url_type") == "upload" and "url" in values
    if uploaded and "access_service" not in values and "download_url" not in values:
        values["download_url"] = [values["url"]]
        repair.note("download_of_upload", f"{resource.path}download_url", "", values["url"])


def _services_have_no_download(repair: Repair, resource: Part, package: Part) -> None:
    """K41: a distribution through a service has no download URL."""
    if "access_service" in resource.values:
        for url in resource.values.pop("download_url", ()):
            resource.leave("download_url", url)
            repair.note("download_beside_service", f"{resource.path}download_url", url, severity="warning")


def _access_url(repair: Repair, resource: Part, package: Part) -> None:
    """An empty access URL becomes the download URL, else the landing page; an upload without its URL has neither."""
    values = resource.values
    if "url" in values or values.get("url_type") == "upload":
        return
    made, rule = next(iter(values.get("download_url", ())), ""), "access_url_from_download"
    if not made:
        made, rule = package.values.get("url", ""), "access_url_from_landing_page"
    if made:
        values["url"] = made
        repair.note(rule, f"{resource.path}url", resource.left.get("url", ""), made)


def _format(repair: Repair, resource: Part, package: Part) -> None:
    """A missing or unknown file type from the media type or from the ending of the file's URL."""
    values = resource.values
    if "format" in values:
        return
    types = vocabulary.load("file_type")
    term = types.find(values.get("mimetype", ""))
    rule = "format_from_media_type"
    if term is None:
        rule = "format_from_url"
        urls = [*values.get("download_url", ()), values.get("url", "")]
        term = next((found for url in urls if (found := _by_extension(url))), None)
    if term:
        values["format"] = term.code
        repair.note(rule, f"{resource.path}format", values.get("mimetype") or values.get("url"), term.code)


def _by_extension(url: str) -> vocabulary.Term | None:
    """The file type of `https://host/path/name.csv?x=y`; of `name.csv.zip` that of the file inside."""
    try:
        found = EXTENSION.search(urlsplit(url).path)
    except ValueError:
        return None
    if not found:
        return None
    types = vocabulary.load("file_type")
    endings = [found[0], found[2]] if found[2] else [found[1]]
    for ending in endings:
        term = types.find(ending)
        name = ending.lower().lstrip(".")
        if term and (vocabulary.key(term.code) == name or name in term.extra["extensions"].split("|") or "." in name):
            return term
    return None


def _checksum(repair: Repair, resource: Part, package: Part) -> None:
    """A checksum needs its algorithm, and the other way round."""
    pair = ("hash", "hash_algorithm")
    there = [name for name in pair if name in resource.values]
    if len(there) == 1:
        value = resource.values.pop(there[0])
        resource.left[there[0]] = value
        repair.note("checksum_incomplete", f"{resource.path}{there[0]}", value, severity="warning")


def _hvd_of(repair: Repair, part: Part, package: Part) -> None:
    """A high-value dataset names the regulation, and so do its distributions."""
    if not package.values.get("hvd_category"):
        return
    law = vocabulary.iri("hvd_legislation")
    named = part.values.get("applicable_legislation", [])
    if law not in named:
        part.values["applicable_legislation"] = canonical.scalars([*named, law])
        repair.note("hvd_legislation_added", f"{part.path}applicable_legislation", "", law)


# --- packages ----------------------------------------------------------------------------------------------------


def _title(repair: Repair, package: Part, defaults: Defaults) -> None:
    name = text_of(package.values.get("name"))
    if "title" not in package.values and name:
        package.values["title"] = name
        repair.note("title_from_name", "title", "", name)


def _description(repair: Repair, package: Part, defaults: Defaults) -> None:
    """A missing mandatory description is the title, in every language of the title."""
    row = package.class_.by_field["notes"]
    if not row.mandatory or "notes" in package.values or "title" not in package.values:
        return
    package.values["notes"] = package.values["title"]
    entries = package.values.get("translations", [])
    copies = [{**entry, "field": "notes"} for entry in entries if entry["field"] == "title"]
    if copies:
        package.values["translations"] = canonical.translations([*entries, *copies])
    repair.note("description_from_title", "notes", "", package.values["title"])


def _publisher(repair: Repair, package: Part, defaults: Defaults) -> None:
    """A missing publisher is that of the city or source, else the organization."""
    if package.parts.get("publisher"):
        return
    organization = package.values.get("organization")
    title = text_of(organization.get("title")) if isinstance(organization, Mapping) else None
    for rule, agent in (
        ("publisher_from_defaults", defaults.publisher),
        ("publisher_from_organization", {"name": title}),
    ):
        part = Repair().convert("Agent", agent, "publisher.0.") if agent.get("name") else None
        if part and "name" in part.values:
            package.parts["publisher"] = [part]
            repair.note(rule, "publisher", "", part.values["name"])
            return


def _contributor(repair: Repair, package: Part, defaults: Defaults) -> None:
    """K12, K13: exactly one id of GovData's list, any number of others."""
    if "contributor_id" not in package.class_.by_field:
        return
    base = vocabulary.iri("contributor_base")
    ids = package.values.get("contributor_id", [])
    listed = [value for value in ids if value.startswith(base)]
    if not listed and defaults.contributor_id:
        package.values["contributor_id"] = canonical.scalars([*ids, defaults.contributor_id])
        repair.note("contributor_from_defaults", "contributor_id", "", defaults.contributor_id)
    for value in listed[1:]:
        package.values["contributor_id"].remove(value)
        package.leave("contributor_id", value)
        repair.note("contributor_not_single", "contributor_id", value, listed[0], "warning")


def _level(repair: Repair, package: Part, defaults: Defaults) -> None:
    name = "political_geocoding_level_uri"
    if name in package.class_.by_field and name not in package.values and defaults.level:
        package.values[name] = [defaults.level]
        repair.note("level_from_defaults", name, "", defaults.level)


def _hvd(repair: Repair, package: Part, defaults: Defaults) -> None:
    _hvd_of(repair, package, package)


def _periods(repair: Repair, package: Part, defaults: Defaults) -> None:
    for period in package.parts.get("temporal_coverage", ()):
        start, end = period.values.get("start", ""), period.values.get("end", "")
        if start and end and dates.first_day(start) > dates.first_day(end):
            repair.note("period_reversed", period.path[:-1], f"{start} – {end}", severity="warning")


def _distributions(repair: Repair, package: Part, defaults: Defaults) -> None:
    """Every distribution by its own rules; without any URL it stays out of the RDF."""
    kept = []
    for resource in package.parts.pop("resources", ()):
        for rule in DISTRIBUTION_RULES:
            rule(repair, resource, package)
        if "url" in resource.values:
            kept.append(resource)
        else:
            package.leave("resources", resource.raw)
            named = resource.values.get("name") or resource.values.get("id") or resource.path[:-1]
            repair.note("distribution_without_url", resource.path[:-1], named, severity="violation")
    if kept:
        package.parts["resources"] = kept


def _mandatory(repair: Repair, package: Part, defaults: Defaults) -> None:
    for row in package.class_.mandatory:
        if row.field not in package.values and not package.parts.get(row.field):
            repair.note("mandatory_missing", row.field, severity="violation")


DISTRIBUTION_RULES: tuple[Callable[[Repair, Part, Part], None], ...] = (
    _uploads_are_downloads,
    _services_have_no_download,
    _access_url,
    _format,
    _checksum,
    _hvd_of,
)
PACKAGE_RULES: tuple[Callable[[Repair, Part, Defaults], None], ...] = (
    _title,
    _description,
    _publisher,
    _contributor,
    _level,
    _hvd,
    _periods,
    _distributions,
    _mandatory,
)
