"""A CKAN package of any portal -> the fields of this schema, without loss: `take_over(package, context)`. Pure.

Used by the reader of CKAN portals, and for the datasets that lie in a CKAN already. What has a field goes there; what
is not understood stays in the description, or as a free extra (`extras`) under its own name, with a finding. Mending
values is left to `dcatde.normalise`. The tables are `legacy.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.dcatde.model import nested
from ckanext.stuttgart.dcatde.parts import plan
from ckanext.stuttgart.dcatde.texts import by_language
from ckanext.stuttgart.takeover import headings, parties, resources, services, swapped
from ckanext.stuttgart.takeover.converters import read
from ckanext.stuttgart.takeover.draft import Context, Draft, draft
from ckanext.stuttgart.takeover.markup import is_html, plain, unescaped, without_marks
from ckanext.stuttgart.takeover.raw import essence, identifier, iri, left_out, loose, package_type
from ckanext.stuttgart.takeover.tables import tables
from ckanext.stuttgart.takeover.text import date_text, empty, parsed, strings, visible

__all__ = ["Context", "TakenOver", "essence", "identifier", "iri", "left_out", "package_type", "take_over"]


@dataclass(frozen=True)
class TakenOver:
    """The result.

    package   in the model's fields, not normalised, with `uri` where it has one; inside its own portal with CKAN's ids
    services  packages of the data services that its files lead to, each with this dataset only: see `services.unite`
    """

    package: dict[str, Any]
    services: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()


def take_over(package: Mapping[str, Any], context: Context | None = None) -> TakenOver:
    """Read one package. The package is not changed; odd values yield findings, never an error."""
    raw, invisible = visible(package)
    made = draft(package_type(raw) or "dataset", context or Context())
    if invisible:
        made.note("invisible_removed", next((name for name, value in package.items() if visible(value)[1]), "title"))
    made.loose = loose(raw)
    _own(made, raw)
    _listed(made)
    _rest(made)
    headings.read(made)
    parties.page_or_office(made, raw.get("url"))
    parties.settle(made)
    parties.publisher(made, raw.get("organization"))
    _dates(made, raw)
    _place(made)
    found = resources.fill(made, raw)
    _identify(made, raw)
    ready = made.package() | {"type": package_type(raw) or "dataset"}
    made.findings += swapped.findings(ready.get("resources", ()))
    served = services.unite(services.serving(service, ready) for service in found)
    return TakenOver(ready, tuple(served) if ready["type"] == "dataset" else (), tuple(made.findings))


def _own(made: Draft, raw: Mapping[str, Any]) -> None:
    """CKAN's own fields but for those of the parties, which wait for what extras say."""
    made.put("title", _title(raw.get("title")))
    if empty(made.values.get("title")) and text_of(raw.get("name")):
        made.put("title", text_of(raw["name"]))
        made.note("title_from_name", "title", target=str(raw["name"]))
    _notes(made, raw.get("notes"))
    for tag in strings(raw.get("tags")) if not isinstance(raw.get("tags"), str) else ():
        made.put("tags", {"name": tag})
    if isinstance(raw.get("tags"), str):
        made.loose.setdefault("tagstring", ("tags", raw["tags"]))
    _licence(made, raw)
    _groups(made, raw.get("groups"))
    made.put("version", text_of(raw.get("version")))
    parties.named(made, "author", raw.get("author"), raw.get("author_email"))
    parties.named(made, "maintainer", raw.get("maintainer"), raw.get("maintainer_email"))


def _title(title: Any) -> Any:
    """A text, or a dict of language -> text; None for anything else."""
    if by_language(parsed(title)):
        return parsed(title)
    return unescaped(text_of(title) or "")


def _notes(made: Draft, notes: Any) -> None:
    notes = parsed(notes)
    if isinstance(notes, Mapping):
        made.put(
            "notes", {str(language): without_marks(plain(text_of(text) or "")) for language, text in notes.items()}
        )
        return
    text = text_of(notes) or ""
    if is_html(text):
        made.note("html_removed", "notes")
    made.put("notes", plain(text))


def _licence(made: Draft, raw: Mapping[str, Any]) -> None:
    """The licence as the list has it, of several ways to write it the most exact; else the texts as they are."""
    terms = vocabulary.load("licence")
    texts = [text_of(raw.get(name)) or "" for name in ("license_id", "license_url", "license_title")]
    found = [term for text in texts if (term := terms.find(text))]
    if found:
        exact = next((term for term in found[1:] if term.code.startswith(f"{found[0].code}/")), found[0])
        made.values["license_id"] = exact.uri
        return
    for name, text in zip(("license_id", "license_url", "license_title"), texts, strict=True):
        if text and not terms.says_nothing(text):
            made.values[name] = text


def _groups(made: Draft, groups: Any) -> None:
    """Groups are themes of the EU list, else keywords; DKAN's groups are the offices that publish."""
    terms = vocabulary.load("data_theme")
    for group in groups if isinstance(groups, list) else [groups]:
        names = [group] if isinstance(group, str) else []
        if isinstance(group, Mapping):
            names = [group.get(name) for name in ("name", "title", "display_name", "id")]
        texts = [text for name in names if (text := text_of(name))]
        term = next((found for text in texts if (found := terms.find(text))), None)
        if term and made.put("theme", term.uri):
            continue
        title = next(iter(texts[1:2] or texts), "")
        if texts and texts[0].startswith("group/"):
            made.part("publisher", "name", title)
        elif title:
            made.put("tags", {"name": title.strip()})
            made.note("group_as_keyword", "groups", title, "tags")


def _listed(made: Draft) -> None:
    """Everything that the tables know by name, in their order."""
    for entry in tables().entries:
        for name in entry.names:
            if name not in made.loose:
                continue
            written, value = made.loose[name]
            taken = read(made, entry, parsed(value), written)
            if taken == "not":
                continue
            del made.loose[name]
            if entry.free:
                made.note("word_taken" if taken == "whole" else "word_read", written, value, entry.to)
            if taken == "part":
                made.keep(written, value)


def _rest(made: Draft) -> None:
    """Fields of the schema as they are, then what stays a free extra."""
    for place, (name, value) in made.loose.items():
        if place in tables().housekeeping or name == "uri" or _modern(made, name, value):
            continue
        kept = made.keep(name, value)
        if place not in tables().no_field:
            made.note("extra_kept", name, value, kept)
    made.loose.clear()


def _modern(made: Draft, name: str, value: Any) -> bool:
    """Put a value into the field of the same name, if the schema has it."""
    value, row = parsed(value), made.row(name)
    main = row or next((other for other in made.class_.rows if other.overflow == name), None)
    if main is not None and main.kind in ("iri", "ref") and not all(map(_is_iri, strings(value) or [""])):
        return False
    if row is None:
        known = name in plan(made.class_.name).fields and name not in made.values
        return bool(known and made.values.setdefault(name, value) is not None)
    items = value if isinstance(value, list) and row.many else [value]
    if row.kind == "node":
        text = nested(row).literal
        items = [
            {text: item} if text and isinstance(item, str) and not iris.scheme_of(item) else item for item in items
        ]
    return made.put_all(name, items)


def _is_iri(text: str) -> bool:
    return iris.scheme_of(text) in IRI_SCHEMES and iris.mend(text) is not None


def _dates(made: Draft, raw: Mapping[str, Any]) -> None:
    """CKAN's own dates where nothing better is told, as ckanext-dcat says them in RDF."""
    for field, name in (("issued", "metadata_created"), ("modified", "metadata_modified")):
        if empty(made.values.get(field)) and text_of(raw.get(name)):
            made.put(field, date_text(text_of(raw[name]) or ""))


def _place(made: Draft) -> None:
    """The place that is told for the whole source, where a package names none by IRI."""
    there = [*made.values.get("spatial_coverage", ()), made.nodes.get("spatial_coverage", {})]
    named = any(isinstance(node, Mapping) and node.get("uri") for node in there)
    if made.context.geocoding and not named and made.put("spatial_coverage", {"uri": made.context.geocoding}):
        made.note("place_from_defaults", "spatial_coverage", target=made.context.geocoding)


def _identify(made: Draft, raw: Mapping[str, Any]) -> None:
    """IRI and identifiers; those of CKAN itself only inside its portal."""
    own = iri(raw, made.context.site)
    if own:
        made.values["uri"] = own
    id_ = identifier(raw)
    if id_ and made.values.get("identifier") not in (None, id_):
        made.put("alternate_identifier", {"notation": id_})
    elif id_:
        made.put("identifier", id_)
    if made.context.in_place:
        for name in ("id", "name", "owner_org", "private", "state"):
            if name in raw:
                made.values[name] = raw[name]
