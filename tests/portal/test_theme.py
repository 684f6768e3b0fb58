"""What every page tells browsers and search engines, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories, helpers

from ckanext.stuttgart import pages

pytestmark = pytest.mark.usefixtures("clean_portal")

#: The language without a prefix in test.ini, and the other one.
DEFAULT, OTHER = "en", "de"
PUBLIC = (
    "/",
    "/themen",
    "/dataset/",
    "/organization/",
    "/group/",
    *(f"/{address}" for address in pages.ADDRESSES.values()),
)


def _soup(app: Any, path: str, **options: Any) -> BeautifulSoup:
    return BeautifulSoup(app.get(path, **options).body, "html.parser")


@pytest.mark.parametrize("path", [*PUBLIC, "/robots.txt", "/sitemap.xml"])
def test_a_visitor_gets_no_cookie_and_the_policy(app: Any, path: str) -> None:
    answer = app.get(path)
    assert "Set-Cookie" not in answer.headers
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_dataset_set_no_cookie_either(app: Any) -> None:
    dataset = factories.Dataset(owner_org=factories.Organization()["id"])
    for path in (f"/dataset/{dataset['name']}", f"/organization/{dataset['organization']['name']}"):
        assert "Set-Cookie" not in app.get(path).headers


def test_visitors_load_neither_ckans_scripts_nor_its_icon_font(app: Any) -> None:
    for path in PUBLIC:
        text = app.get(path).body
        assert "vendor" not in text, path
        assert "fontawesome" not in text, path
        assert "gravatar" not in text, path


def test_the_default_language_has_no_prefix(app: Any) -> None:
    answer = app.get(f"/{DEFAULT}/dataset/?q=a", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/dataset/?q=a")


@pytest.mark.parametrize("path", ["/en//example.org", "/en/\\example.org", "/en///example.org/%2f.."])
def test_a_language_prefix_leads_to_no_other_host(app: Any, path: str) -> None:
    answer = app.get(path, follow_redirects=False)
    location = answer.headers.get("Location", "/")
    assert location.startswith((tk.config["ckan.site_url"], "/"))
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("language", ["fr", "nb_NO", "pt_BR", "ar"])
def test_no_other_language_is_served(app: Any, language: str) -> None:
    assert app.get(f"/{language}/dataset/", expect_errors=True).status_code == 404


def test_each_page_names_its_address_in_every_language(app: Any) -> None:
    head = _soup(app, f"/{OTHER}/dataset/?q=rad&page=2&sort=title_string+asc").head
    assert head is not None
    site = tk.config["ckan.site_url"]
    assert head.find("link", rel="canonical")["href"] == f"{site}/{OTHER}/dataset/?q=rad&page=2"
    versions = {link["hreflang"]: link["href"] for link in head.find_all("link", hreflang=True)}
    assert versions[DEFAULT] == f"{site}/dataset/?q=rad&page=2"
    assert versions[OTHER] == f"{site}/{OTHER}/dataset/?q=rad&page=2"


def test_a_page_in_german_only_claims_no_english_one(app: Any) -> None:
    head = _soup(app, "/leichte-sprache").head
    assert {link["hreflang"] for link in head.find_all("link", hreflang=True)} == {"de", "x-default"}


def test_the_sitemap_lists_pages_and_public_datasets_in_every_language(app: Any) -> None:
    dataset = factories.Dataset(owner_org=factories.Organization()["id"])
    private = factories.Dataset(owner_org=dataset["owner_org"], private=True)
    index = app.get("/sitemap.xml")
    assert index.content_type.startswith("application/xml")
    addresses = [loc.text for loc in BeautifulSoup(index.body, "xml").find_all("loc")]
    assert len(addresses) == 2
    text = "".join(app.get(address.removeprefix(tk.config["ckan.site_url"])).body for address in addresses)
    assert f"/dataset/{dataset['name']}</loc>" in text
    assert f"/{OTHER}/dataset/{dataset['name']}</loc>" in text
    assert "/impressum</loc>" in text
    assert "/leichte-sprache</loc>" not in text.replace(f"/{OTHER}/leichte-sprache", "")
    assert private["name"] not in text
    assert app.get("/sitemap/datasets-2.xml", expect_errors=True).status_code == 404


def test_robots_are_told_of_the_sitemap_and_kept_from_endless_combinations(app: Any) -> None:
    text = app.get("/robots.txt").body
    assert f"Sitemap: {tk.config['ckan.site_url']}/sitemap.xml" in text
    assert "Disallow: /user/" in text
    assert "Disallow: /dataset/activity/" in text


def test_an_error_says_in_words_what_happened_and_how_to_go_on(app: Any) -> None:
    answer = app.get(f"/{OTHER}/gibt-es-nicht", expect_errors=True)
    page = BeautifulSoup(answer.body, "html.parser")
    assert answer.status_code == 404
    assert page.h1.text == "Seite nicht gefunden"
    assert "werkzeug" not in answer.body


@helpers.change_config("ckanext.stuttgart.theme.map_hosts", "https://karten.example.org")
def test_hosts_of_maps_come_from_the_setting(app: Any) -> None:
    assert "img-src 'self' data: https://karten.example.org;" in app.get("/").headers["Content-Security-Policy"]
