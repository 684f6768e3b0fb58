"""Languages in addresses: each page has one address in each language, and says so to search engines."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from flask import redirect
from werkzeug.wrappers import Response

#: Parameters that make another page of it; all others (facets, sorting, tokens) are left out of the canonical address.
TELLING = ("q", "page")


@dataclass(frozen=True)
class Version:
    """A page in one language."""

    code: str
    name: str
    url: str
    current: bool


def one_address_per_page() -> Response | None:
    """The default language has no prefix: `/de/dataset` leads to `/dataset`."""
    environ = tk.request.environ
    superfluous = not environ["CKAN_LANG_IS_DEFAULT"] and environ["CKAN_LANG"] == tk.config["ckan.locale_default"]
    if not superfluous or tk.request.method not in ("GET", "HEAD"):
        return None
    # Without its slashes first: `//host` would lead away from the portal.
    path = "/" + environ["CKAN_CURRENT_URL"].lstrip("/\\")
    return redirect(tk.h.url_for(path, locale="default"), 301)


def versions(offered: tuple[str, ...], absolute: bool = False) -> list[Version]:
    """This page in every language it is offered in, with all its parameters unless the address is `absolute`."""
    current = tk.h.lang()
    return [
        Version(code, NAMES.get(code, code), address(code) if absolute else _here(code), code == current)
        for code in offered
    ]


def address(language: str) -> str:
    """The canonical address of this page in a language."""
    telling = {name: tk.request.args[name] for name in TELLING if tk.request.args.get(name)}
    if telling.get("page") == "1":
        del telling["page"]
    return tk.h.url_for(_path(), locale=_locale(language), _external=True, **telling)


def absolute(path: str, language: str) -> str:
    """The address of a path (without language) in a language."""
    return tk.h.url_for(path, locale=_locale(language), _external=True)


def _here(language: str) -> str:
    query = tk.request.query_string.decode("utf-8", "replace")
    return tk.h.url_for(_path(), locale=_locale(language)) + (f"?{query}" if query else "")


def _path() -> str:
    """The path without language: where nothing is found, it must not become an address of another host."""
    return "/" + tk.request.environ["CKAN_CURRENT_URL"].partition("?")[0].lstrip("/\\")


def _locale(language: str) -> str:
    return "default" if language == tk.config["ckan.locale_default"] else language


#: What a language calls itself.
NAMES = {"de": "Deutsch", "en": "English"}
