"""Routes: the portal's own pages, its topics, and the files that make the look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Response
from flask import Blueprint, make_response, send_file

from ckanext.stuttgart import pages, settings
from ckanext.stuttgart.theme import catalogue, security, sitemap, stylesheet
from ckanext.stuttgart.theme.addresses import file_address, page_values
from ckanext.stuttgart.theme.preview_views import stuttgart_preview
from ckanext.stuttgart.theme.results_csv import table as results_table

__all__ = ["stuttgart_preview", "stuttgart_theme"]

stuttgart_theme = Blueprint("stuttgart_theme", __name__)


def _page(key: str) -> str:
    """A page of `config/pages`; in German where there is no other, and absent where the city leaves it out."""
    page = pages.load(settings.city(), key, tk.h.lang(), page_values())
    if page is None:
        tk.abort(404)
    return tk.render(f"stuttgart/pages/{key}.html" if key == "sign_language" else "stuttgart/page.html", {"page": page})


for _key, _address in pages.ADDRESSES.items():
    stuttgart_theme.add_url_rule(f"/{_address}", f"page_{_key}", _page, defaults={"key": _key}, methods=["GET"])


@stuttgart_theme.get("/about")
def about() -> Any:
    """CKAN's own address of the page about the portal."""
    return tk.redirect_to("stuttgart_theme.page_about")


@stuttgart_theme.get("/themen")
def topics() -> str:
    """All topics with the number of their datasets."""
    return tk.render("stuttgart/topics.html", {"topics": catalogue.topics()})


@stuttgart_theme.get("/themen/<topic>")
def topic(topic: str) -> Any:
    """The datasets of a topic."""
    found = next((found for found in settings.city().topics if found.id == topic), None)
    return tk.redirect_to(catalogue.address(found)) if found else tk.abort(404)


@stuttgart_theme.get("/sitemap.xml")
def sitemap_index() -> Response:
    """All that search engines may list."""
    return _xml(sitemap.index())


@stuttgart_theme.get("/sitemap/pages.xml")
def sitemap_pages() -> Response:
    """Its part of own pages and organizations."""
    return _xml(sitemap.of_pages())


@stuttgart_theme.get("/sitemap/datasets-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """One of its parts of datasets."""
    text = sitemap.of_datasets(part)
    return _xml(text) if text else tk.abort(404)


def _xml(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return response


@stuttgart_theme.get("/suche.csv")
def results_csv() -> Response:
    """The result of a search as a table."""
    try:
        body = results_table(tk.request.args.items(multi=True))
    except SearchError:
        tk.abort(400, tk._("The search did not understand these words."))
    response = make_response(body)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="suche.csv"'
    return response


@stuttgart_theme.get("/theme/<digest>/city.css")
def city_stylesheet(digest: str) -> Response:
    """The city's stylesheet; its address changes with its content."""
    response = make_response(stylesheet.of_city(settings.city(), file_address))
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = security.FOREVER
    return response


@stuttgart_theme.get("/theme/<digest>/files/<path:name>")
def city_file(digest: str, name: str) -> Response:
    """A file that the profile names: logo, icon, font, film. No other file of its folder is served."""
    city = settings.city()
    path = city.file(name) if name in {named for _, named in city.files()} else None
    if path is None:
        tk.abort(404)
    kind = stylesheet.MEDIA_TYPES[Path(name).suffix[1:].lower()]
    response = send_file(path, mimetype=kind, conditional=True)
    response.headers["Cache-Control"] = security.FOREVER
    return response
