"""A dataset of Opendatasoft as a package. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest import boxes, loose, text
from ckanext.stuttgart.harvest.licences import licence
from ckanext.stuttgart.harvest.opendatasoft.answers import DEFAULT, TEMPLATES
from ckanext.stuttgart.harvest.reader import Mapped, Package
from ckanext.stuttgart.harvest.words import words

ZIP = "application/zip"
# Format of an export -> its file type, its media type, the feature it needs, and the most records it is made of.
EXPORTS: dict[str, tuple[str, str, str, int | None]] = {
    "csv": ("CSV", "text/csv", "", None),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", None),
    "json": ("JSON", "application/json", "", None),
    "geojson": ("GEOJSON", "application/geo+json", "geo", None),
    "shp": ("SHP", ZIP, "geo", 50_000),
}
DOWNLOAD = "{site}/explore/dataset/{id}/download?format={format}&use_labels_for_header=true"
EXPORT = "{site}/api/{root}/catalog/datasets/{id}/exports/{format}"
# What is attached to a dataset, by the key of its list and the version of the API.
ATTACHED = {
    "attachments": (
        "{site}/api/{root}/catalog/datasets/{id}/attachments/{file}",
        "{site}/api/datasets/1.0/{id}/attachments/{file}/",
    ),
    "alternative_exports": ("{site}/api/datasets/1.0/{id}/alternative_exports/{file}/",) * 2,
}
PLACES = ("geographic_area", "bbox", "geographic_reference_bbox")
INSPIRE_BOX = tuple(
    f"extend_bounding_box_{side}"
    for side in ("westbound_longitude", "southbound_latitude", "eastbound_longitude", "northbound_latitude")
)
TEMPORAL = ("temporal_coverage_start", "temporal_coverage_end")


class Metas:
    """The metadata of a dataset across templates: the German profile says more than DCAT, that more than the default.

    A name is known without case, blanks, hyphens and underscores.
    """

    def __init__(self, metas: Any) -> None:
        order = ("dcat_ap_de", "dcat_ap", "dcat_ap_ch", "dcat", DEFAULT, "inspire", "semantic")
        self._values: dict[str, dict[str, Any]] = {
            template: {_key(name): value for name, value in loose.mapping(loose.get(metas, template)).items()}
            for template in (*order, *TEMPLATES)
        }

    def get(self, *names: str) -> Any:
        """The first value under one of the names."""
        for name in names:
            for values in self._values.values():
                if values.get(_key(name)) not in (None, "", [], {}):
                    return values[_key(name)]
        return None

    def default(self, name: str) -> Any:
        """The value in the default template."""
        return self._values[DEFAULT].get(_key(name))


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.rpartition(":")[2]).lower()


def _list(value: Any) -> list[str]:
    return loose.texts(value)


def _themes(value: Any) -> list[str]:
    """Themes; of a name that the code list does not know, those of its parts that it knows: `Culture, Heritage`."""
    known = vocabulary.load("data_theme")
    found: list[str] = []
    for theme in loose.texts(value):
        parts = [part.strip() for part in theme.split(",")]
        found += [theme] if known.find(theme) else [part for part in parts if known.find(part)] or [theme]
    return found


def _addresses(value: Any) -> list[str]:
    """The addresses in a field that holds one, several, or words around them."""
    found = (match for said in loose.texts(value) for match in re.findall(r"https?://[^\s,;<>\"]+", said))
    return list(dict.fromkeys(found))


def _agent(value: Any) -> list[Package]:
    return [{"name": text.title(name)} for name in loose.texts(value)]


def _markdown(value: Any) -> str:
    return text.markdown(loose.said(value))


def _plains(value: Any) -> list[str]:
    return [text.plain(said) for said in loose.texts(value)]


# Field of the model -> the names of metadata it is taken from, and how.
FIELDS: dict[str, tuple[tuple[str, ...], Callable[[Any], Any]]] = {
    "notes": (("description",), _markdown),
    "theme": (("theme", "themes"), _themes),
    "frequency": (("accrualperiodicity", "accrual_periodicity", "update_frequency", "frequency"), loose.said),
    "language": (("language",), _list),
    "publisher": (("publisher", "publisher_name"), lambda value: _agent(value)[:1]),
    "creator": (("creator", "creator_name"), _agent),
    "contributor": (("contributor",), _agent),
    "originator": (("originator", "geodcatap_originator"), _agent),
    "custodian": (("maintainer", "custodian"), _agent),
    "provenance": (("provenance", "dataquality", "lineage"), _plains),
    "conforms_to": (("conforms_to", "conformsto"), _plains),
    "documentation": (("references", "documentation", "page"), _addresses),
    "landing_page": (("landing_page", "landingpage"), _addresses),
    "related_resource": (("relation", "related_resource"), _addresses),
    "access_rights": (("access_rights", "accessrights"), loose.said),
    "version": (("version",), loose.said),
    "version_notes": (("version_notes",), loose.said),
    "contributor_id": (("contributorid", "contributor_id"), _list),
    "political_geocoding_level_uri": (("political_geocoding_level_uri", "political_geocoding_level"), _list),
    "political_geocoding_uri": (("political_geocoding_uri", "political_geocoding"), _list),
    "geocoding_description": (("geocoding_description", "geocoding_text"), _list),
    "legal_basis": (("legal_basis", "legalbasis_text"), _plains),
    "quality_process_uri": (("quality_process_uri",), _addresses),
    "applicable_legislation": (("applicable_legislation",), _list),
    "hvd_category": (("hvd_category", "hvd_categories"), _list),
    "availability": (("availability", "planned_availability"), loose.said),
    "dcat_type": (("type", "dcat_type"), _list),
}


def dataset(payload: dict[str, Any], iri: str | None) -> Mapped:
    """A dataset of `answers` with the `site` it came from. Raises RecordRefused."""
    metas = Metas(payload.get("metas"))
    name = loose.text(payload.get("id"))
    title = text.title(loose.said(metas.default("title") or metas.get("title")))
    if not title:
        raise RecordRefused(iri or name or "A dataset", "has no title")
    places, findings = _places(metas)
    terms, more = _terms(metas)
    package = {field: made(metas.get(*names)) for field, (names, made) in FIELDS.items()}
    package |= {
        "type": "dataset",
        "uri": iri,
        "title": title,
        "url": iri,
        "identifier": loose.said(metas.get("identifier")) or name,
        "alternate_identifier": [{"notation": found} for found in loose.texts(metas.get("file_identifier"))],
        "tags": [{"name": text.title(word)} for word in loose.words(metas.get("keyword", "keywords"))],
        "issued": _date(metas, "issued", "created"),
        "modified": _date(metas, "modified"),
        "contact": _contact(metas),
        "temporal_coverage": _period(metas),
        "spatial_coverage": places,
        "resources": [{**resource, **terms} for resource in _resources(payload, metas, title)],
    }
    kind = loose.said(metas.get("publisher_type", "publishertype"))
    if kind and package["publisher"]:
        package["publisher"][0]["type"] = kind
    languages = loose.texts(metas.default("metadata_languages"))
    tagged = loose.tagged(package, languages[0]) if len(languages) == 1 else package
    return Mapped(loose.filled(tagged), (*findings, *more))


def _date(metas: Metas, *names: str) -> str:
    """A date as it is written; a time without zone is one of the dataset's own time zone."""
    found = loose.date(metas.get(*names))
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?", found):
        return found
    zone = loose.text(metas.default("timezone"))
    try:
        moment = _moment(found).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError):  # no such time, or no such zone on this machine
        return found
    return moment.isoformat()


def _moment(found: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(re.sub(r"\.\d+$", "", found))


def _contact(metas: Metas) -> list[Package]:
    made = loose.filled(
        {
            "name": text.title(
                loose.said(metas.get("contact_name", "contact_individual_name", "contact_organization"))
            ),
            "email": loose.said(metas.get("contact_email", "contact_mail")),
            "telephone": loose.said(metas.get("contact_phone", "contact_telephone")),
            "url": loose.address(metas.get("contact_url", "contact_page")),
        }
    )
    return [made] if made else []


def _period(metas: Metas) -> list[Package]:
    start, end = (loose.date(metas.get(name, name.replace("_coverage", ""))) for name in TEMPORAL)
    if not start and not end:
        start, _, end = loose.said(metas.get("temporal", "temporal_coverage")).partition("/")
    made = loose.filled({"start": start, "end": "" if end == ".." else end})
    return [made] if made else []


def _places(metas: Metas) -> tuple[list[Package], list[Finding]]:
    """The area as a box, and the places it has by name."""
    areas = [loose.get(metas.get(name), "geometry") or metas.get(name) for name in PLACES]
    corners = boxes.box([metas.get(name) for name in INSPIRE_BOX])
    box = next((found for area in areas if (found := boxes.of_geometry(area) or boxes.box(area))), corners)
    places: list[Package] = []
    findings: list[Finding] = []
    if box and boxes.possible(box):
        places += boxes.locations(box)
    elif box:
        shown = ", ".join(f"{number:g}" for number in box)
        findings.append(Finding("extent_impossible", "warning", "spatial_coverage", shown))
    names = loose.texts(metas.get("spatial")) or loose.texts(metas.default("territory"))
    return [*places, *({"uri": name} if loose.address(name) else {"text": name} for name in names)], findings


def _terms(metas: Metas) -> tuple[dict[str, str], list[Finding]]:
    """Licence by address or name, and how its holders want to be named."""
    label, address = loose.said(metas.get("license")), loose.said(metas.get("license_url"))
    terms, findings = licence(address, label)
    known = vocabulary.load("licence").find(label)
    if label and not known and terms.get("license") == address and "rights" not in terms:
        terms["rights"] = label
    rights = text.plain(loose.said(metas.get("rights")))
    named = metas.get("license_attribution_by_text", "licenseattributionbytext", "attributions")
    credit = "; ".join(_plains(named))
    more = loose.filled({"rights": terms.get("rights") or rights, "license_attribution_by_text": credit})
    return terms | more, findings


def _resources(payload: dict[str, Any], metas: Metas, title: str) -> Iterator[Package]:
    """The exports that the data allow, and what is attached; without a portal's address there are none."""
    site, root = loose.address(payload.get("site")), loose.text(payload.get("root"))
    if not site:
        return
    place = {"site": site, "root": root, "id": quote(loose.text(payload.get("id")), safe="@")}
    features = loose.texts(payload.get("features"))
    count = loose.whole(metas.default("records_count"))
    if payload.get("has_records") is not False and count != 0:
        for name, (type_, media, feature, most) in EXPORTS.items():
            if (feature and feature not in features) or (most is not None and (count or 0) > most):
                continue
            url = (EXPORT if root else DOWNLOAD).format(**place, format=name)
            yield {
                "name": words("opendatasoft")["export"].format(title=title, format=type_),
                "description": words("opendatasoft")["records"].format(count=count) if count else "",
                "url": url,
                "download_url": [url],
                "format": type_,
                "package_format" if media == ZIP else "mimetype": media,
            }
    for key, (second, first) in ATTACHED.items():
        for entry in loose.mappings(payload.get(key)):
            file = quote(loose.text(loose.first(entry.get("id"), entry.get("uid"))), safe="")
            own = loose.address(entry.get("url"))
            if own or file:
                url = own or (second if root else first).format(**place, file=file)
                named = text.title(loose.said(loose.first(entry.get("title"), entry.get("id"))))
                media = loose.text(entry.get("mimetype"))
                yield loose.filled(
                    {"name": named, "url": url, "download_url": [url], "mimetype": media, "format": media}
                )
