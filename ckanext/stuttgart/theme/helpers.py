"""Template helpers of the theme; they only read. Which page shows what stands in `navigation` and `catalogue`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.stuttgart import settings
from ckanext.stuttgart.city import City
from ckanext.stuttgart.theme import addresses, catalogue, here, icons, languages, markup, navigation, stylesheet
from ckanext.stuttgart.theme.page_helpers import (
    stuttgart_dataset_page,
    stuttgart_dataset_title,
    stuttgart_date,
    stuttgart_embed_code,
    stuttgart_file_of,
    stuttgart_lang,
    stuttgart_licence,
    stuttgart_members,
    stuttgart_notes,
    stuttgart_organization_groups,
    stuttgart_other_files,
    stuttgart_pages_of,
    stuttgart_preview_url,
    stuttgart_record,
    stuttgart_related,
    stuttgart_resource_groups,
    stuttgart_results,
    stuttgart_series,
    stuttgart_type_label,
)
from ckanext.stuttgart.theme.preview_helpers import (
    stuttgart_asked,
    stuttgart_basemap,
    stuttgart_cell,
    stuttgart_chart,
    stuttgart_chart_title,
    stuttgart_leaflet,
    stuttgart_small_enough,
    stuttgart_table,
)

__all__ = [
    "render_datetime",
    "render_markdown",
    "stuttgart_asked",
    "stuttgart_basemap",
    "stuttgart_canonical",
    "stuttgart_cell",
    "stuttgart_chart",
    "stuttgart_chart_title",
    "stuttgart_city",
    "stuttgart_dataset_page",
    "stuttgart_dataset_title",
    "stuttgart_date",
    "stuttgart_embed_code",
    "stuttgart_endpoint",
    "stuttgart_file",
    "stuttgart_file_of",
    "stuttgart_file_size",
    "stuttgart_home",
    "stuttgart_icon",
    "stuttgart_icon_type",
    "stuttgart_lang",
    "stuttgart_languages",
    "stuttgart_leaflet",
    "stuttgart_licence",
    "stuttgart_link",
    "stuttgart_logged_in",
    "stuttgart_members",
    "stuttgart_menu",
    "stuttgart_needs_ckan_scripts",
    "stuttgart_notes",
    "stuttgart_organization_groups",
    "stuttgart_other_files",
    "stuttgart_page_url",
    "stuttgart_pages",
    "stuttgart_pages_of",
    "stuttgart_preview_url",
    "stuttgart_record",
    "stuttgart_related",
    "stuttgart_resource_groups",
    "stuttgart_results",
    "stuttgart_series",
    "stuttgart_small_enough",
    "stuttgart_stylesheet",
    "stuttgart_table",
    "stuttgart_text",
    "stuttgart_topics",
    "stuttgart_type_label",
    "stuttgart_versions",
    "stuttgart_with_one_heading",
]


def stuttgart_city() -> City:
    """The city's profile; texts of it through `stuttgart_text`."""
    return settings.city()


def stuttgart_endpoint() -> str:
    """The endpoint of this page, like `dataset.read`."""
    return here.endpoint()


def stuttgart_text(text: Any) -> str:
    """A text of the profile in the reader's language."""
    return text.get(tk.h.lang())


def stuttgart_icon(name: str) -> Markup:
    """An icon of `icons.yaml`."""
    return icons.icon(name)


def stuttgart_stylesheet() -> str:
    """The address of the city's stylesheet."""
    return addresses.stylesheet_address()


def stuttgart_file(name: str) -> str:
    """The address of a file that the profile names."""
    return addresses.file_address(name)


def stuttgart_file_size(name: str) -> int:
    """The size of such a file in bytes."""
    path = settings.city().file(name)
    return path.stat().st_size if path else 0


def stuttgart_icon_type(name: str) -> str:
    """The media type of such a file."""
    return stylesheet.MEDIA_TYPES[name.rpartition(".")[2].lower()]


def stuttgart_menu() -> list[navigation.Link]:
    """The main navigation."""
    return navigation.main()


def stuttgart_pages(*keys: str) -> list[navigation.Link]:
    """Links to own pages, all of them or those named, as far as the city has them."""
    return navigation.pages_of(keys)


def stuttgart_page_url(key: str) -> str:
    """The address of one own page; empty where the city leaves it out."""
    return next((link.url for link in navigation.pages_of((key,))), "")


def stuttgart_languages() -> list[languages.Version]:
    """This page in every language of the portal, for the reader to choose."""
    return languages.versions(settings.city().languages.offered)


def stuttgart_versions() -> list[languages.Version]:
    """The canonical addresses of this page in every language it exists in, for search engines."""
    return languages.versions(navigation.languages_of_this_page(), absolute=True)


def stuttgart_canonical() -> str:
    """The canonical address of this page in its own language."""
    return languages.address(tk.h.lang())


def stuttgart_home() -> catalogue.Home:
    """What the home page shows."""
    return catalogue.home()


def stuttgart_topics() -> tuple[catalogue.TopicCount, ...]:
    """The topics with their counts."""
    return catalogue.topics()


def stuttgart_link(url: Any) -> str:
    """A URL of metadata when it may be a link (http, https, mailto, tel, ftp), else nothing."""
    return markup.safe_link(url)


def stuttgart_logged_in() -> bool:
    """Whether somebody is logged in, whose name the page then shows."""
    return bool(tk.current_user.is_authenticated)


def stuttgart_needs_ckan_scripts() -> bool:
    """Whether this page works with CKAN's scripts and icon font: those for editors do, those for everybody do not."""
    return stuttgart_logged_in()


def stuttgart_with_one_heading(content: str, title: str) -> Markup:
    """The content of a page with one h1; where there is none, it is the first part of the page's title."""
    first = str(title).split(tk.g.template_title_delimiter)[0].strip()
    return Markup(markup.with_one_heading(str(content), first))  # noqa: S704 (rendered already)


@tk.chained_helper
def render_markdown(next_: Callable[..., Any], data: str, *args: Any, **kwargs: Any) -> Markup:
    """CKAN's Markdown, with headings that fit the page, safe links, and images of this portal only."""
    return Markup(markup.mended(str(next_(data, *args, **kwargs)), urlsplit(tk.config["ckan.site_url"]).netloc))  # noqa: S704


@tk.chained_helper
def render_datetime(
    next_: Callable[..., str],
    datetime_: Any,
    date_format: str | None = None,
    with_hours: bool = False,
    with_seconds: bool = False,
) -> str:
    """CKAN's date; with hours in the order of the reader's language, where CKAN writes "November 25, 2026, 06:28"."""
    if date_format or with_seconds or not with_hours:
        return next_(datetime_, date_format=date_format, with_hours=with_hours, with_seconds=with_seconds)
    day, hour = next_(datetime_), next_(datetime_, date_format="%H:%M")
    return tk._("{day}, {hour}").format(day=day, hour=hour) if day else ""
