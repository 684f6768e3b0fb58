"""Pages of datasets, results, files and offices: what they say, where they lead, what they keep out."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.stuttgart import settings
from tests.core import hostile

pytestmark = pytest.mark.usefixtures("clean_portal")

LICENCE = "http://dcat-ap.de/def/licenses/cc-by/4.0"
THEME = "http://publications.europa.eu/resource/authority/data-theme/TRAN"
TABLE = "Jahr;Stadtteil;Fahrräder\n2023;Süd;1.250\n2023;Nord;90\n2024;Süd;1.300\n2024;Nord;95\n"


def _soup(app: Any, path: str) -> BeautifulSoup:
    return BeautifulSoup(app.get(path).body, "html.parser")


def _dataset(**fields: Any) -> dict[str, Any]:
    office = factories.Organization(title="Amt für Proben")
    given = {"title": "Radzählung", "notes": "Gezählte Räder. Täglich.", "owner_org": office["id"], "theme": [THEME]}
    return factories.Dataset(**{**given, **fields})


def _upload(dataset: dict[str, Any], name: str, text: bytes, format_: str) -> dict[str, Any]:
    file = FileStorage(io.BytesIO(text), name)
    user = factories.Sysadmin()["name"]
    fields = {"package_id": dataset["id"], "url": name, "name": name, "format": format_, "license": LICENCE}
    return helpers.call_action("resource_create", context={"user": user}, upload=file, url_type="upload", **fields)


def test_the_page_of_a_dataset_says_what_a_reader_asks_first(app: Any) -> None:
    dataset = _dataset(modified="2026-11-24", contact=[{"name": "Auskunft", "email": "auskunft@test.example"}])
    _upload(dataset, "raeder.csv", TABLE.encode("iso-8859-1"), "CSV")
    page = _soup(app, f"/de/dataset/{dataset['name']}")
    text = " ".join(page.main.get_text(" ").split())
    for said in (
        "Gezählte Räder.",
        "Datenstand 24. November 2026",
        "CC BY 4.0",
        "Amt für Proben",
        "Mobilität und Verkehr",
    ):
        assert said in text
    assert page.h1.get_text() == "Radzählung"
    assert "„Radzählung“, CC BY 4.0, http" in page.find(id="st-attribution").get_text()
    assert page.find("a", href=lambda href: href.startswith("mailto:auskunft@test.example?subject="))
    button = page.select_one(".st-downloads .st-button")
    assert button["href"].endswith("/download/raeder.csv")
    assert app.get(button["href"]).status_code == 200


def test_structured_data_cannot_end_its_element(app: Any) -> None:
    dataset = _dataset(title="Zahlen</script><script>alert(1)</script>")
    page = _soup(app, f"/dataset/{dataset['name']}")
    (block,) = page.find_all("script", type="application/ld+json")
    assert json.loads(block.string)["name"] == dataset["title"]
    assert not page.find_all("script", src=False, type=lambda kind: kind != "application/ld+json")
    assert page.find("meta", property="og:title")["content"] == dataset["title"]


def test_links_of_metadata_lead_to_safe_places_only(app: Any) -> None:
    dataset = _dataset(
        notes="[hier](javascript:alert(1)) ![Bild](https://fremd.example/bild.png)",
        resources=[{"url": "javascript:alert(1)", "name": "böse", "format": "CSV"}],
        contact=[{"name": "K", "url": "https://amt.example/"}],
    )
    for path in (f"/dataset/{dataset['name']}", f"/dataset/{dataset['name']}/resource/{dataset['resources'][0]['id']}"):
        page = _soup(app, path)
        assert not [link for link in page.find_all("a", href=True) if "javascript" in link["href"].lower()]
        assert not [image for image in page.find_all("img") if "fremd.example" in image.get("src", "")]


def test_only_filled_details_are_shown_and_terms_by_their_label(app: Any) -> None:
    dataset = _dataset(
        frequency="http://publications.europa.eu/resource/authority/frequency/DAILY", temporal_resolution="P1D"
    )
    page = _soup(app, f"/de/dataset/{dataset['name']}")
    rows = {row.dt.get_text(): row.dd.get_text() for row in page.select(".st-rows > div")}
    assert rows["Aktualisierung"] == "täglich"
    assert rows["Zeitliche Auflösung"] == "1 Tag"
    assert all(rows.values())
    assert "publications.europa.eu" not in page.main.get_text()


def test_results_are_filtered_by_words_people_know(app: Any) -> None:
    dataset = _dataset(resources=[{"url": "https://a.example/a.csv", "format": "CSV", "license": LICENCE}])
    page = _soup(app, "/de/dataset/")
    labels = {a.span.get_text(): a["href"] for a in page.select(".st-filters li a")}
    assert {"Mobilität und Verkehr", "Amt für Proben", "CSV", "CC BY 4.0"} <= set(labels)
    set_ = _soup(app, f"/de/dataset/{labels['CC BY 4.0']}")
    assert set_.select_one(".st-result h3").get_text(strip=True) == dataset["title"]
    (chip,) = set_.select(".st-set a")
    assert chip["href"] == "?"


def test_nothing_found_says_what_helps(app: Any) -> None:
    page = _soup(app, "/de/dataset/?q=gibtesnicht&tags=auchnicht")
    assert page.select_one(".st-empty h2").get_text() == "Nichts gefunden"
    assert page.select_one(".st-empty li a")["href"] == "?q=gibtesnicht"


def test_a_result_comes_as_atom_rdf_and_csv(app: Any) -> None:
    dataset = _dataset(title="=Räder zählen", resources=[{"url": "https://a.example/a.csv", "format": "CSV"}])
    _dataset(title="Anderes", theme=[])
    page = _soup(app, f"/dataset/?q=zählen&vocab_theme={THEME}")
    links = [link["href"] for link in page.select(".st-outputs a")]
    answers = [app.get(link) for link in links]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("zählen" in answer.get_data(as_text=True) for answer in answers)
    assert all("Anderes" not in answer.get_data(as_text=True) for answer in answers)
    rows = list(csv.reader(io.StringIO(answers[2].get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0] == f"'{dataset['title']}"


def test_a_table_is_shown_from_the_file_in_the_order_asked_for(app: Any) -> None:
    dataset = _dataset()
    file = _upload(dataset, "raeder.csv", TABLE.encode("iso-8859-1"), "CSV")
    page = _soup(app, f"/de/dataset/{dataset['name']}/resource/{file['id']}?sort=Fahrr%C3%A4der&order=desc&group=Nord")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.select(".st-table tbody tr")]
    assert [row[2] for row in rows] == ["1.300", "1.250", "95", "90"]
    assert page.select_one("th[aria-sort=descending] a").get_text().startswith("Fahrräder")
    assert page.select_one(".st-chart-figure figcaption").get_text() == "Fahrräder, Nord, 2023 – 2024"
    assert page.select_one(".st-chart-figure polyline")


@pytest.mark.parametrize("query", ["rows=-1", "rows=999999999", "rows=abc", "sort=gibt-es-nicht", "group=x&measure=y"])
def test_a_preview_takes_any_wish(app: Any, query: str) -> None:
    dataset = _dataset()
    file = _upload(dataset, "raeder.csv", TABLE.encode(), "CSV")
    assert app.get(f"/vorschau/{dataset['name']}/{file['id']}?{query}").status_code == 200


def test_previews_may_be_framed_by_sites_of_the_setting_and_nothing_else_may(app: Any) -> None:
    dataset = _dataset()
    file = _upload(dataset, "raeder.csv", TABLE.encode(), "CSV")
    with helpers.changed_config("ckanext.stuttgart.theme.embedders", "https://www.test.example"):
        policy = app.get(f"/einbetten/{dataset['name']}/{file['id']}").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://www.test.example" in policy
    other = app.get(f"/dataset/{dataset['name']}").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in other


def test_previews_of_private_datasets_are_for_their_office(app: Any) -> None:
    dataset = _dataset()
    file = _upload(dataset, "raeder.csv", TABLE.encode(), "CSV")
    helpers.call_action("package_patch", context={"user": factories.Sysadmin()["name"]}, id=dataset["id"], private=True)
    for path in ("vorschau", "einbetten"):
        assert app.get(f"/{path}/{dataset['name']}/{file['id']}", expect_errors=True).status_code == 404


FEATURES = b'{"type": "FeatureCollection", "features": []}'


def test_a_service_is_read_through_the_portal_and_only_on_hosts_of_the_setting(app: Any) -> None:
    with hostile.serving() as server:
        url = f"{server.url('/wfs')}?service=WFS&typeNames=a:b"
        dataset = _dataset(resources=[{"url": url, "format": "WFS_SRVC", "name": "Dienst"}])
        path = f"/vorschau/{dataset['name']}/{dataset['resources'][0]['id']}/dienst"
        assert app.get(path, expect_errors=True).status_code == 404
        assert server.requests == []
        hosts = {"ckanext.stuttgart.theme.preview_hosts": "127.0.0.1", f"{settings.HARVEST}allowed": server.host}
        with helpers.changed_config(
            "ckanext.stuttgart.theme.preview_hosts", hosts["ckanext.stuttgart.theme.preview_hosts"]
        ):
            assert app.get(path, expect_errors=True).status_code == 502  # an inner address needs leave of its own
            with helpers.changed_config(f"{settings.HARVEST}allowed", server.host):
                page = _soup(app, f"/dataset/{dataset['name']}/resource/{dataset['resources'][0]['id']}")
                assert page.select_one("[data-st-map]")["data-st-map"].endswith("/dienst")
                asked = _served(server, app, path, "application/json", FEATURES)
                assert asked.status_code == 200
                assert asked.get_data() == FEATURES
                assert _served(server, app, path, "text/html", b"<script>").status_code == 502


def _served(server: hostile.Server, app: Any, path: str, kind: str, body: bytes) -> Any:
    played = hostile.answer("200 OK", body, **{"Content-Type": kind})
    server.plays = _Any(played)
    return app.get(path, expect_errors=True)


class _Any(dict):  # type: ignore[type-arg]
    """The same answer whatever is asked."""

    def __init__(self, play: hostile.Play) -> None:
        super().__init__()
        self.play = play

    def get(self, *_: Any) -> hostile.Play:
        return self.play


def test_an_office_shows_its_data_and_how_it_is_reached(app: Any) -> None:
    dataset = _dataset()
    name = dataset["organization"]["name"]
    page = _soup(app, f"/de/organization/{name}")
    assert page.h1.get_text() == "Amt für Proben"
    assert page.select_one(".st-result h3").get_text(strip=True) == "Radzählung"
    assert not [a for a in page.select(".st-filters h3") if a.get_text() == "Amt oder Stelle"]
    assert "Amt für Proben" in _soup(app, "/de/organization/").main.get_text()
    assert app.get(f"/de/organization/about/{name}").status_code == 200


def test_series_and_services_have_pages_and_lists(app: Any) -> None:
    office = factories.Organization()["id"]
    user = {"user": factories.Sysadmin()["name"]}
    series = helpers.call_action(
        "package_create", context=user, type="dataset_series", name="reihe", title="Reihe", owner_org=office
    )
    dataset = _dataset(in_series=[series["id"]])
    helpers.call_action(
        "package_create",
        context=user,
        type="data_service",
        name="dienst",
        title="Dienst",
        owner_org=office,
        endpoint_url=["https://geo.example/wfs"],
    )
    assert _soup(app, "/dataset_series/reihe").select_one(".st-result h3").get_text(strip=True) == "Radzählung"
    assert "Reihe" in _soup(app, f"/dataset/{dataset['name']}").select_one(".st-dataset-side").get_text()
    assert "https://geo.example/wfs" in _soup(app, "/data_service/dienst").main.get_text()
    for path in ("/dataset_series/", "/data_service/"):
        assert _soup(app, path).select_one(".st-result")


def test_leaflet_comes_from_the_portal_and_nothing_beside_it(app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        address = tk.h.stuttgart_leaflet("leaflet.js")
    answer = app.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    for name in ("../__init__.py", "%2e%2e/__init__.py", "__init__.py"):
        assert app.get(address.replace("leaflet.js", name), expect_errors=True).status_code == 404
