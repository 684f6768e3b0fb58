"""What is mended on a dict as it came, before its rows are looked at: old fields, licences, parts in another form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import dates, geometry, iris, vocabulary
from ckanext.stuttgart.dcatde.conversion import EMPTY, Hook, Repair, items
from ckanext.stuttgart.dcatde.kinds import ADDRESS, IRI_SCHEMES, reference, text_of
from ckanext.stuttgart.dcatde.parts import DISTRIBUTION, plan

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
SEPARATORS = re.compile("[;,]")
MEANS = ("email", "url", "telephone")


def hooks(package: Mapping[str, Any]) -> dict[str, Hook]:
    """Class -> what is done to each of its dicts in a package."""
    return {
        DISTRIBUTION: licence_hook(package),
        "Location": geometry_hook,
        "Kind": contact_hook,
        "PeriodOfTime": period_hook,
        "Identifier": identifier_hook,
    }


def move_old_fields(
    repair: Repair, values: Mapping[str, Any], fields: frozenset[str], path: str = ""
) -> dict[str, Any]:
    """Values of deprecated fields into their successors; `maintainer` as plain text is CKAN's own field and stays."""
    moved = dict(values)
    for old, (new, key) in OLD_FIELDS.items():
        value = values.get(old)
        if value in EMPTY or new not in fields or (old == "maintainer" and not isinstance(value, list | dict)):
            continue
        del moved[old]
        moved[new] = [*items(moved.get(new)), *({key: item} if key else item for item in items(value))]
        repair.note("old_field_moved", f"{path}{old}", value, new)
    return moved


# --- licences ----------------------------------------------------------------------------------------------------


def licence_hook(package: Mapping[str, Any]) -> Hook:
    """A missing or textual licence of a distribution becomes that of its rights, of the package, or the fallback."""
    inherited, text_there = _package_licence(package)
    terms = vocabulary.load("licence")

    def mend(repair: Repair, resource: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        resource = move_old_fields(repair, resource, plan(DISTRIBUTION).fields, path)
        texts = _texts(resource.get("license"))
        if any(terms.find(text) or _iri(text) for text in texts):
            return resource
        says = "; ".join(dict.fromkeys(text for text in texts if not terms.says_nothing(text)))
        of_rights = next((term for text in _texts(resource.get("rights")) if (term := terms.find(text))), None)
        if of_rights:
            rule, target = "licence_from_rights", of_rights.uri
        elif inherited:
            rule, target = "licence_inherited", inherited
        else:
            rule = "licence_fallback" if says or text_there else "licence_missing"
            target = vocabulary.iri("fallback_licence")
        given = resource.get("license")
        odd = given not in EMPTY and "; ".join(texts) != text_of(given)
        repair.note(rule, f"{path}license", given if odd else "; ".join(texts) or text_there, target)
        words = says or ("" if of_rights or inherited else text_there)
        more = {"rights": words} if words and resource.get("rights") in EMPTY else {}
        return {**resource, "license": target, **more}

    return mend


def _package_licence(package: Mapping[str, Any]) -> tuple[str, str]:
    """The IRI of the package's licence ("" where it is none), and else its text."""
    terms = vocabulary.load("licence")
    texts = [text for name in ("license_id", "license_url", "license_title") for text in _texts(package.get(name))]
    for text in texts:
        term = terms.find(text)
        if term:
            return term.uri, ""
    usable = next((made for text in texts if (made := _iri(text))), "")
    return usable, next((text for text in reversed(texts) if not terms.says_nothing(text)), "")


def _texts(value: Any) -> list[str]:
    """The texts and IRIs in a value of any shape."""
    values = value if isinstance(value, list | tuple) else [value]
    return [text for item in values if (text := text_of(reference(item)))]


def _iri(text: str) -> str | None:
    made = iris.mend(text)
    return made if made and iris.scheme_of(made) in IRI_SCHEMES else None


# --- parts -------------------------------------------------------------------------------------------------------


def geometry_hook(repair: Repair, location: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Box and centre of a place out of its `geom`, which RDF cannot carry as the official shapes want it."""
    text = location.get("text")
    if isinstance(text, str) and location.get("geom") in EMPTY and geometry.read(text):
        location = {**{name: value for name, value in location.items() if name != "text"}, "geom": text}
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


def contact_hook(repair: Repair, contact: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """A way to reach a contact out of several addresses in one text, its IRI (`mailto:`) or, without any, its name."""
    several = [part.strip() for part in SEPARATORS.split(text_of(contact.get("email")) or "") if part.strip()]
    if several[1:] and all(map(iris.email, several)):
        contact = {**contact, "email": several}
    iri, name = text_of(contact.get("uri")) or "", text_of(contact.get("name")) or ""
    field = {"mailto": "email", "tel": "telephone"}.get(iris.scheme_of(iri))
    if field and contact.get(field) in EMPTY:
        repair.note("contact_means_read", f"{path}{field}", iri, iri)
        return {**{key: value for key, value in contact.items() if key != "uri"}, field: iri}
    if name and all(contact.get(means) in EMPTY for means in MEANS):
        for field, found in (
            ("email", iris.email(name)),
            ("url", ADDRESS.fullmatch(name) and iris.mend(name, web=True)),
        ):
            if found:
                repair.note("contact_means_read", f"{path}{field}", name, found)
                return {**contact, field: found}
    return contact


def period_hook(repair: Repair, period: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Start and end of a period that is only a text."""
    if any(period.get(name) not in EMPTY for name in ("start", "end")):
        return period
    text = text_of(period.get("text"))
    found = dates.period(text) if text else None
    if not found:
        return period
    made = {name: value for name, value in zip(("start", "end"), found, strict=True) if value}
    for name, value in made.items():
        repair.note("date_mended", f"{path}{name}", text, value)
    return {**period, **made}


def identifier_hook(repair: Repair, identifier: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """An identifier of which only the IRI is known, such as a DOI: it is its own notation."""
    iri = text_of(identifier.get("uri"))
    if not iri or identifier.get("notation") not in EMPTY:
        return identifier
    repair.note("notation_from_iri", f"{path}notation", iri, iri)
    return {**identifier, "notation": iri}
