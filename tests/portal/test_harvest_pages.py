"""The pages of sources: what is shown to whom, what a form does, and that nothing of a source is taken for HTML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories, helpers

from tests.core.hostile import Server, answer
from tests.portal.harvesting import Origin, dataset, turtle

PASSWORD = "Spaziergang-2026"
EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'


class Visitor:
    """Somebody who is logged in and sends forms as a browser does: with the token of the page before."""

    def __init__(self, app: Any, name: str, role: str = "", organization: str = "") -> None:
        self.app = app
        self.user = factories.UserWithToken(name=name, password=PASSWORD, sysadmin=role == "sysadmin")
        if organization:
            member = {"id": organization, "username": name, "role": role}
            helpers.call_action("organization_member_create", **member)
        self.headers = {"Authorization": self.user["token"]}

    def get(self, path: str, status: int = 200) -> str:
        return self.app.get(path, headers=self.headers, status=status).body

    def post(self, path: str, status: int = 200, **data: Any) -> str:
        return self.app.post(path, data=data, headers=self.headers, status=status).body


@pytest.fixture
def admin(app: Any, owner: str) -> Visitor:
    """An administrator of the organization."""
    return Visitor(app, "leitung", "admin", owner)


def text_of(page: str) -> str:
    """The words of a page, with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_look_says_what_it_is_and_saves_nothing(server: Server, owner: str, admin: Visitor) -> None:
    server.plays["/catalog.ttl"] = turtle(
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        + dataset(1).encode()
        + b'<https://quelle.example/2> a dcat:Dataset ; dct:description "Ohne Titel"@de .\n'
    )
    page = text_of(admin.post("/de/harvest/new", url=server.url("/catalog.ttl"), owner_org=owner, look="yes"))
    assert "Katalog nach DCAT-AP(.de) in RDF" in page
    assert "1 Datensatz würde neu angelegt" in page
    assert "1 Eintrag würde nicht übernommen" in page
    assert "Datensatz 1" in page
    assert "Hat keinen Titel." in page
    assert helpers.call_action("stuttgart_harvest_source_list") == []
    assert helpers.call_action("package_search")["count"] == 0


def test_an_address_that_does_not_answer_is_told_in_german_at_its_field(
    server: Server, owner: str, admin: Visitor
) -> None:
    server.plays["/weg"] = answer(status=404, body=b"")
    page = admin.post("/de/harvest/new", url=server.url("/weg"), owner_org=owner, look="yes")
    assert 'href="#field-url"' in page
    assert 'aria-invalid="true"' in page
    assert "antwortete, dass es diese Seite nicht gibt (404)" in page


def test_a_source_is_created_changed_and_deleted_by_forms(source: Origin, owner: str, admin: Visitor) -> None:
    address = source.server.url(source.path)
    fields = {"url": address, "owner_org": owner, "reader": "dcat", "frequency": "weekly", "save": "yes"}
    admin.post("/de/harvest/new", **fields, title="Neue Quelle", active="true", **{"option-format": "turtle"})
    made = helpers.call_action("stuttgart_harvest_source_show", id="neue-quelle")
    assert (made["options"], made["frequency"], made["active"]) == ({"format": "turtle"}, "weekly", True)
    assert 'value="weekly" selected' in admin.get("/de/harvest/neue-quelle/edit")
    changed = {**fields, "title": "Anderer Titel", "protected_fields": "notes", "active-asked": "yes"}
    admin.post("/de/harvest/neue-quelle/edit", **changed)
    made = helpers.call_action("stuttgart_harvest_source_show", id="neue-quelle")
    assert (made["title"], made["options"], made["active"]) == ("Anderer Titel", {}, False)
    assert made["protected_fields"] == ["notes"]
    assert "Anderer Titel" in admin.get("/de/harvest/neue-quelle/delete")
    assert helpers.call_action("stuttgart_harvest_source_show", id="neue-quelle")["title"] == "Anderer Titel"
    admin.post("/de/harvest/neue-quelle/delete")
    assert [one["name"] for one in helpers.call_action("stuttgart_harvest_source_list")] == ["quelle"]


def test_what_is_wrong_stays_in_the_form_with_its_reason(source: Origin, owner: str, admin: Visitor) -> None:
    fields = {"url": source.server.url(source.path), "owner_org": owner, "reader": "dcat", "save": "yes"}
    page = admin.post("/de/harvest/new", **fields, priority="viel", **{"option-format": "quatsch"})
    assert 'href="#field-priority"' in page
    assert 'href="#field-option-format"' in page
    assert 'value="viel"' in page
    assert "<details" in page
    assert re.search(r"<details[^>]* open", page)
    assert len(helpers.call_action("stuttgart_harvest_source_list")) == 1


def test_a_source_called_like_an_address_of_the_pages_gets_another_name(
    source: Origin, owner: str, admin: Visitor
) -> None:
    fields = {"url": source.server.url(source.path), "owner_org": owner, "reader": "dcat", "save": "yes"}
    admin.post("/de/harvest/new", **fields, title="New")
    assert "new-1" in [one["name"] for one in helpers.call_action("stuttgart_harvest_source_list")]


def test_held_deletions_are_shown_and_decided_by_a_post_only(source: Origin, admin: Visitor) -> None:
    source.run()
    source.serves([1])
    source.run()
    page = text_of(admin.get("/de/harvest/quelle"))
    assert "9 Löschungen warten auf eine Entscheidung" in page
    assert "Datensatz 9" in admin.get("/de/harvest/quelle/held")
    admin.app.get("/de/harvest/quelle/approve", headers=admin.headers, status=404)
    admin.post("/de/harvest/quelle/discard")
    assert "Es gibt nichts zu entscheiden." in admin.get("/de/harvest/quelle/held")


def test_the_report_goes_by_rule_and_by_record(source: Origin, admin: Visitor) -> None:
    source.serves(
        [1], dataset(2, more="; dcat:theme <https://x.example/quatsch>") + dataset("3", EVIL.replace('"', "'"))
    )
    run = source.run()
    page = admin.get(f"/de/harvest/run/{run['id']}")
    words = text_of(page)
    assert "Kategorie: „https://x.example/quatsch“" in words
    assert "In 1 Datensatz" in words
    assert "neu angelegt (3)" in words
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "Datensatz 2" not in text_of(admin.get(f"/de/harvest/run/{run['id']}?status=failed"))
    csv = admin.app.get(f"/de/harvest/run/{run['id']}.csv", headers=admin.headers)
    assert csv.headers["Content-Type"].startswith("text/csv")


def test_a_record_is_plain_text_in_a_sandbox_for_those_who_may_edit(source: Origin, admin: Visitor, app: Any) -> None:
    source.serves([], dataset("1", EVIL.replace('"', "'")))
    run = source.run()
    record = f"/harvest/quelle/record/{run['outcomes'][0]['record_id']}"
    got = app.get(record, headers=admin.headers)
    assert got.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    app.get(record, status=403)


@pytest.mark.parametrize("path", ["new", "quelle/edit", "quelle/delete", "quelle/held"])
def test_who_does_not_look_after_a_source_changes_nothing(source: Origin, owner: str, app: Any, path: str) -> None:
    editor = Visitor(app, "redaktion", "editor", owner)
    for visit in (editor.get, editor.post):
        if path != "quelle/held" or visit == editor.get:
            visit(f"/de/harvest/{path}", 403)
    app.get(f"/de/harvest/{path}", status=403)
    assert [one["name"] for one in helpers.call_action("stuttgart_harvest_source_list")] == ["quelle"]


@pytest.mark.parametrize(
    "path", ["new", "quelle/edit", "quelle/delete", "quelle/run", "quelle/approve", "quelle/discard"]
)
def test_no_form_is_taken_without_its_token(source: Origin, admin: Visitor, app: Any, path: str) -> None:
    app.get(f"/harvest/{path}", status=None)
    browser = app.test_client()
    browser.post("/user/login", data={"login": "leitung", "password": PASSWORD})
    assert "Data sources" in browser.get("/harvest/").text
    browser.get("/harvest/new", status=200)
    browser.post(f"/harvest/{path}", status=400)
    assert [one["name"] for one in helpers.call_action("stuttgart_harvest_source_list")] == ["quelle"]


def test_everybody_sees_sources_and_nobody_their_settings(source: Origin, app: Any) -> None:
    source.run()
    assert "Quelle" in app.get("/de/harvest/").body
    page = app.get("/de/harvest/quelle").body
    assert "Bearbeiten" not in page
    assert "Jetzt lesen" not in page


def test_the_pages_ask_nothing_of_the_theme() -> None:
    from ckanext.stuttgart import harvest
    from ckanext.stuttgart import helpers as common
    from ckanext.stuttgart.harvest import helpers as own

    known = {*own.__all__, *common.__all__}
    for template in Path(harvest.__file__).parent.glob("templates/**/*.html"):
        asked = set(re.findall(r"h\.(stuttgart_\w+)", template.read_text(encoding="utf-8")))
        assert asked <= known, template.name
