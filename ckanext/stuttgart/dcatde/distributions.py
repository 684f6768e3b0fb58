"""The conventions by which each distribution of a package is completed, in the order of the table at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ckanext.stuttgart.dcatde import canonical, vocabulary
from ckanext.stuttgart.dcatde.conversion import Repair
from ckanext.stuttgart.dcatde.parts import Part

EXTENSION = re.compile(r"\.([A-Za-z0-9_]{1,8})(?:\.([A-Za-z0-9]{1,8}))?$")
ARCHIVES = frozenset({"zip", "gz", "bz2", "7z", "xz", "tar", "tgz", "rar"})

Rule = Callable[[Repair, Part, Part], None]


def finish_distributions(repair: Repair, package: Part) -> None:
    """Every distribution by its own rules; one without any URL stays out of the RDF."""
    kept = []
    for resource in package.parts.pop("resources", ()):
        for rule in DISTRIBUTION_RULES:
            rule(repair, resource, package)
        if "url" in resource.values:
            kept.append(resource)
        else:
            package.leave("resources", resource.raw)
            named = next(filter(None, map(resource.values.get, ("name", "uri", "id"))), resource.path[:-1])
            repair.note("distribution_without_url", resource.path[:-1], named, severity="violation")
    if kept:
        package.parts["resources"] = kept


def name_hvd_law(repair: Repair, part: Part, package: Part) -> None:
    """A high-value dataset names the regulation, and so do its distributions."""
    if not package.values.get("hvd_category"):
        return
    law = vocabulary.iri("hvd_legislation")
    named = part.values.get("applicable_legislation", [])
    if law not in named:
        part.values["applicable_legislation"] = canonical.scalars([*named, law])
        repair.note("hvd_legislation_added", f"{part.path}applicable_legislation", "", law)


def _uploads_are_downloads(repair: Repair, resource: Part, package: Part) -> None:
    """K39: an uploaded file has the same URL for access and download."""
    values = resource.values
    uploaded = values.get("url_type") == "upload" and "url" in values
    if uploaded and "access_service" not in values and "download_url" not in values:
        values["download_url"] = [values["url"]]
        repair.note("download_of_upload", f"{resource.path}download_url", "", values["url"])


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


def _services_have_no_download(repair: Repair, resource: Part, package: Part) -> None:
    """K41: a distribution through a service has no download URL."""
    if "access_service" in resource.values:
        for url in resource.values.pop("download_url", ()):
            resource.leave("download_url", url)
            repair.note("download_beside_service", f"{resource.path}download_url", url, severity="warning")


def _format(repair: Repair, resource: Part, package: Part) -> None:
    """A missing or unknown file type from the media type or from the ending of the file's URL."""
    values = resource.values
    if "format" in values:
        return
    media = values.get("mimetype", "")
    if media and (term := vocabulary.load("file_type").find(media)):
        values["format"] = term.code
        repair.note("format_from_media_type", f"{resource.path}format", media, term.code)
        return
    for url in [*values.get("download_url", ()), values.get("url", "")]:
        if term := _by_extension(url):
            values["format"] = term.code
            repair.note("format_from_url", f"{resource.path}format", url, term.code)
            return


def _by_extension(url: str) -> vocabulary.Term | None:
    """The file type of `https://host/path/name.csv?x=y`; of `name.csv.zip` that of the file inside."""
    try:
        found = EXTENSION.search(urlsplit(url).path)
    except ValueError:
        return None
    if not found:
        return None
    inner, outer = (found[1], found[2]) if found[2] else ("", found[1])
    endings = [inner, outer] if inner and outer.lower() in ARCHIVES else [outer]
    return next((term for ending in endings if (term := _of_extension(ending.lower()))), None)


def _of_extension(ending: str) -> vocabulary.Term | None:
    """The file type with exactly this extension or code; words such as `text` are names, but no extensions."""
    term = vocabulary.load("file_type").find(ending)
    if term and (vocabulary.key(term.code) == ending or ending in term.extra["extensions"].split("|")):
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


DISTRIBUTION_RULES: tuple[Rule, ...] = (
    _uploads_are_downloads,
    _access_url,
    _services_have_no_download,
    _format,
    _checksum,
    name_hvd_law,
)
