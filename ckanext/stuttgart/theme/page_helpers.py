"""Template helpers of the pages of datasets, results, files and offices; they only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape

from ckanext.stuttgart.present import licences, wording
from ckanext.stuttgart.present.licences import Licence
from ckanext.stuttgart.present.wording import Wording
from ckanext.stuttgart.theme import dataset_page, details, files, records, results
from ckanext.stuttgart.theme.dataset_page import DatasetPage, Series
from ckanext.stuttgart.theme.files import File
from ckanext.stuttgart.theme.records import Record

Package = Mapping[str, Any]


def stuttgart_dataset_page(package: Package) -> DatasetPage:
    """What the page of a dataset, series or service shows."""
    return dataset_page.page(package)


def stuttgart_related(package: Package) -> list[Record]:
    """Other datasets like this one."""
    return dataset_page.related(package)


def stuttgart_members(package: Package) -> list[Record]:
    """The datasets of a series or a service."""
    return dataset_page.members(package)


def stuttgart_series(package: Package) -> list[Series]:
    """The series a dataset belongs to."""
    return dataset_page.series(package)


def stuttgart_results(
    page: Any, facets: Mapping[str, Any], titles: Mapping[str, str], q: str, sort: str
) -> results.Results:
    """What a page of results shows."""
    return results.results(page, facets or {}, titles or {}, q or "", sort or "")


def stuttgart_lang(wording: Wording) -> Markup:
    """The attribute `lang` for a text that is not in the language of the page."""
    if not wording or wording.language == tk.h.lang():
        return Markup()
    return Markup(' lang="{}"').format(wording.language)


def stuttgart_notes(text: str) -> Markup:
    """A description as HTML, its headings below the h2 it stands under."""
    return Markup(str(tk.h.render_markdown(text)).replace("<h5", "<h6").replace("</h5", "</h6"))  # noqa: S704


def stuttgart_type_label(type_: str, many: bool = False) -> str:
    """What people call a type of package."""
    names = {
        "dataset": (tk._("Dataset"), tk._("Datasets")),
        "dataset_series": (tk._("Series of datasets"), tk._("Series")),
        "data_service": (tk._("Data service"), tk._("Data services")),
    }
    return names.get(type_, names["dataset"])[many]


def stuttgart_preview_url(package: Package, file: File, **options: Any) -> str:
    """The address of a preview as a piece of a page."""
    return tk.h.url_for("stuttgart_preview.piece", id=package["name"], resource_id=file.id, **options)


def stuttgart_embed_code(package: Package, file: File) -> str:
    """The HTML that shows a preview on another page."""
    address = tk.h.url_for("stuttgart_preview.embed", id=package["name"], resource_id=file.id, _external=True)
    title = escape(file.name.text)
    return f'<iframe src="{escape(address)}" title="{title}" width="100%" height="500" loading="lazy"></iframe>'


def stuttgart_record(package: Package) -> Record:
    """A package in short."""
    return records.record(package, tk.h.lang())


def stuttgart_dataset_title(package: Package) -> str:
    """The title of a package in the reader's language."""
    return records.title(package, tk.h.lang()).text


def stuttgart_file_of(package: Package, resource: Mapping[str, Any]) -> File:
    """A file as its page shows it."""
    return files.of_resource(package, resource, tk.h.lang())


def stuttgart_other_files(package: Package, resource: Mapping[str, Any]) -> list[File]:
    """The other files of its dataset."""
    return [file for file in files.of_package(package, tk.h.lang()) if file.id != resource["id"]]


def stuttgart_resource_groups(package: Package, resource: Mapping[str, Any]) -> list[details.Group]:
    """The details of a file."""
    schema = tk.h.scheming_get_dataset_schema(package["type"]) or {}
    return details.groups(resource, schema.get("resource_fields", ()), schema)


def stuttgart_date(iso: str | None) -> str:
    """A date in words."""
    return wording.date_words(iso, tk.h.lang())


def stuttgart_licence(stored: str | None) -> Licence:
    """A licence in plain words."""
    return licences.of(stored, tk.h.lang())


def stuttgart_pages_of(page: Any) -> results.Pages:
    """The pages of a long list."""
    return results.pages_of(page)


def stuttgart_organization_groups(organization: Mapping[str, Any]) -> list[details.Group]:
    """The details of an office."""
    schema = tk.h.scheming_get_organization_schema(organization["type"]) or {}
    return details.groups(organization, schema.get("fields", ()), schema)
