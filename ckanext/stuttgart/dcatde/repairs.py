"""The conventions by which a package is completed: each a small function, in the order of the table at the end.

Rules and sources: DCAT-AP.de 3.0, sections on the classes; handbook conventions K1, K12, K13, K35 to K41; the
regulation on high-value datasets. Those of distributions stand in `distributions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import canonical, dates, kinds, vocabulary
from ckanext.stuttgart.dcatde.conversion import Repair
from ckanext.stuttgart.dcatde.distributions import finish_distributions, name_hvd_law
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.dcatde.parts import Part


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
    owner = organization if isinstance(organization, Mapping) else {}
    for rule, agent in (
        ("publisher_from_defaults", defaults.publisher),
        ("publisher_from_organization", {"name": text_of(owner.get("title")) or text_of(owner.get("name"))}),
    ):
        part = Repair().convert("Agent", agent, "publisher.0.") if agent.get("name") else None
        if part and "name" in part.values:
            package.parts["publisher"] = [part]
            repair.note(rule, "publisher", "", part.values["name"])
            return


def _contributor(repair: Repair, package: Part, defaults: Defaults) -> None:
    """K12, K13: exactly one id of GovData's list, any number of others; of several the default, else a listed one."""
    name = "contributor_id"
    if name not in package.class_.by_field:
        return
    ids = package.values.get(name, [])
    listed = [value for value in ids if _is_govdatas(value)]
    default = _default(package, name, defaults.contributor_id)
    if not listed:
        if default:
            package.values[name] = canonical.scalars([*ids, default])
            repair.note("contributor_from_defaults", name, "", default)
        return
    known = vocabulary.load("contributor")
    chosen = default if default in listed else next((value for value in listed if value in known), listed[0])
    package.values[name] = [value for value in ids if value == chosen or not _is_govdatas(value)]
    for value in listed:
        if value != chosen:
            package.leave(name, value)
            repair.note("contributor_not_single", name, value, chosen, "warning")


def _is_govdatas(iri: str) -> bool:
    base = vocabulary.iri("contributor_base")
    return vocabulary.SCHEME.sub("", iri).startswith(vocabulary.SCHEME.sub("", base))


def _level(repair: Repair, package: Part, defaults: Defaults) -> None:
    name = "political_geocoding_level_uri"
    if name in package.class_.by_field and name not in package.values:
        level = _default(package, name, defaults.level)
        if level:
            package.values[name] = [level]
            repair.note("level_from_defaults", name, "", level)


def _default(package: Part, name: str, value: Any) -> Any:
    """A default as its row wants it, None where there is none."""
    return kinds.converter(package.class_.by_field[name])(value).value if value else None


def _endpoint(repair: Repair, package: Part, defaults: Defaults) -> None:
    """A service without an endpoint is reached at its description, else at its landing page."""
    if "endpoint_url" not in package.class_.by_field or "endpoint_url" in package.values:
        return
    made, rule = next(iter(package.values.get("endpoint_description", ())), ""), "endpoint_from_description"
    if not made:
        made, rule = package.values.get("url", ""), "endpoint_from_landing_page"
    if made:
        package.values["endpoint_url"] = [made]
        repair.note(rule, "endpoint_url", "", made)


def _hvd(repair: Repair, package: Part, defaults: Defaults) -> None:
    name_hvd_law(repair, package, package)


def _periods(repair: Repair, package: Part, defaults: Defaults) -> None:
    for period in package.parts.get("temporal_coverage", ()):
        start, end = period.values.get("start", ""), period.values.get("end", "")
        if start and end and dates.first_day(start) > dates.last_day(end):
            repair.note("period_reversed", period.path[:-1], f"{start} – {end}", severity="warning")


def _distributions(repair: Repair, package: Part, defaults: Defaults) -> None:
    finish_distributions(repair, package)


def _mandatory(repair: Repair, package: Part, defaults: Defaults) -> None:
    for row in package.class_.mandatory:
        if row.field not in package.values and not package.parts.get(row.field):
            repair.note("mandatory_missing", row.field, severity="violation")


PACKAGE_RULES: tuple[Callable[[Repair, Part, Defaults], None], ...] = (
    _title,
    _description,
    _publisher,
    _contributor,
    _level,
    _endpoint,
    _hvd,
    _periods,
    _distributions,
    _mandatory,
)
