"""Who may do what with sources, on every way in: actions and pages."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from tests.portal.harvesting import Origin

ROLES = ("anonymous", "stranger", "member", "editor", "admin", "admin of another office", "sysadmin")
LOOKS_AFTER = {"admin", "sysadmin"}
# Action -> what it is given, {source}, {run} and {record} filled in; all are for who looks after a source.
GUARDED: dict[str, dict[str, Any]] = {
    "stuttgart_harvest_source_create": {"url": "http://93.184.216.34/c", "reader": "dcat", "owner_org": "amt"},
    "stuttgart_harvest_source_update": {"id": "quelle", "title": "Neu"},
    "stuttgart_harvest_source_delete": {"id": "quelle"},
    "stuttgart_harvest_run_create": {"id": "quelle"},
    "stuttgart_harvest_run_abort": {"run_id": "{run}"},
    "stuttgart_harvest_run_show": {"run_id": "{run}"},
    "stuttgart_harvest_record_show": {"id": "quelle", "record_id": "{record}"},
    "stuttgart_harvest_deletions_approve": {"id": "quelle"},
    "stuttgart_harvest_deletions_discard": {"id": "quelle"},
    "stuttgart_harvest_preview": {"url": "http://127.0.0.1:1/", "reader": "dcat", "owner_org": "amt"},
}
OPEN = ("stuttgart_harvest_source_list", "stuttgart_harvest_source_show", "stuttgart_harvest_history")
POSTS = ("/harvest/quelle/run", "/harvest/quelle/approve", "/harvest/quelle/discard", "/harvest/run/{run}/abort")
HIDDEN = ("options", "mail", "creator", "priority", "protected_fields", "held", "runs")


@pytest.fixture
def harvested(source: Origin) -> dict[str, str]:
    """A source that was read: the ids of its run and of a record."""
    run = source.run()
    return {"run": run["id"], "record": run["outcomes"][0]["record_id"]}


@pytest.fixture
def users(owner: str) -> dict[str, Any]:
    """Role -> user with a token, None for nobody."""
    made: dict[str, Any] = {"anonymous": None, "sysadmin": factories.SysadminWithToken()}
    for role in ("stranger", "member", "editor", "admin"):
        made[role] = factories.UserWithToken()
        if role != "stranger":
            helpers.call_action("organization_member_create", id=owner, username=made[role]["name"], role=role)
    made["admin of another office"] = other = factories.UserWithToken()
    factories.Organization(name="anderes", users=[{"name": other["name"], "capacity": "admin"}])
    return made


def filled(data: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    return {name: value.format(**ids) if isinstance(value, str) else value for name, value in data.items()}


def granted(user: Any, action: str, data: dict[str, Any]) -> bool:
    """Whether somebody may; nothing is done."""
    try:
        return tk.check_access(action, {"user": user["name"] if user else ""}, data)
    except tk.NotAuthorized:
        return False


@pytest.mark.parametrize("action", GUARDED)
def test_only_who_looks_after_a_source_may(harvested: dict[str, str], users: dict[str, Any], action: str) -> None:
    data = filled(GUARDED[action], harvested)
    assert {role for role in ROLES if granted(users[role], action, data)} == LOOKS_AFTER


def test_editors_may_where_the_setting_says_so(harvested: dict[str, str], users: dict[str, Any]) -> None:
    with helpers.changed_config("ckanext.stuttgart.harvest.source_role", "editor"):
        for action, data in GUARDED.items():
            may = {role for role in ROLES if granted(users[role], action, filled(data, harvested))}
            assert may == {*LOOKS_AFTER, "editor"}, action


def test_every_action_has_its_line_here() -> None:
    from ckanext.stuttgart.harvest.logic import action, auth

    assert {*GUARDED, *OPEN} == set(action.__all__) == set(auth.__all__)


def headers(user: Any) -> dict[str, str]:
    return {"Authorization": user["token"]} if user else {}


@pytest.mark.parametrize("role", ROLES)
def test_a_refusal_is_a_403_and_settings_are_shown_to_who_may_change_them(
    app: Any, harvested: dict[str, str], users: dict[str, Any], role: str
) -> None:
    sent = headers(users[role])
    status = 200 if role in LOOKS_AFTER else 403
    for action in ("stuttgart_harvest_run_show", "stuttgart_harvest_record_show"):
        answer = app.get(f"/api/3/action/{action}", params=filled(GUARDED[action], harvested), headers=sent)
        assert answer.status_code == status, action
    shown = app.get("/api/3/action/stuttgart_harvest_source_show?id=quelle", headers=sent).json["result"]
    (listed,) = app.get("/api/3/action/stuttgart_harvest_source_list", headers=sent).json["result"]
    for entry in (shown, listed):
        assert all((name in entry) == (role in LOOKS_AFTER) for name in HIDDEN)


def test_only_somebody_who_looks_after_all_portals_may_bind_a_secret(source: Origin, users: dict[str, Any]) -> None:
    given = {"id": "quelle", "options": {"secret": "geo"}}
    with helpers.changed_config("ckanext.stuttgart.harvest.secret.geo", "amt:geheim"):
        with pytest.raises(tk.ValidationError, match="system administrator"):
            tk.get_action("stuttgart_harvest_source_update")({"user": users["admin"]["name"]}, {**given})
        made = tk.get_action("stuttgart_harvest_source_update")({"user": users["sysadmin"]["name"]}, {**given})
        assert "geheim" not in str(made)


PASSWORD = "nur-in-diesem-Test-1"

# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def unfinished(harvested: dict[str, str]) -> dict[str, str]:
    """A run that waits in the queue."""
    made = helpers.call_action("stuttgart_harvest_run_create", id="quelle")
    return {"run": made["id"]}


@pytest.mark.parametrize("path", POSTS)
def test_a_change_without_the_token_is_refused_and_by_get_there_is_none(
    app: Any, unfinished: dict[str, str], path: str
) -> None:
    factories.Sysadmin(name="leitung", password=PASSWORD)
    browser, address = app.test_client(), path.format(**unfinished)
    browser.post("/user/login", data={"login": "leitung", "password": PASSWORD})
    assert browser.get("/harvest/new").status_code == 200, "nobody is logged in"
    assert browser.get(address).status_code in (404, 405)
    before = helpers.call_action("stuttgart_harvest_run_show", run_id=unfinished["run"])
    assert browser.post(address, follow_redirects=False).status_code == 400
    assert helpers.call_action("stuttgart_harvest_run_show", run_id=unfinished["run"]) == before


def token(page: Any) -> dict[str, str]:
    """The field that a form of a page sends."""
    return dict(re.findall(r'name="(_csrf_token)" (?:type="hidden" )?value="([^"]+)"', page.body)[:1])


def test_the_button_of_a_page_brings_the_token(app: Any, unfinished: dict[str, str], users: dict[str, Any]) -> None:
    sent, address = headers(users["sysadmin"]), f"/harvest/run/{unfinished['run']}"
    browser = app.test_client()  # one that keeps cookies
    page = browser.get(address, headers=sent)
    answer = browser.post(f"{address}/abort", headers=sent, data=token(page), follow_redirects=False)
    assert answer.status_code == 302
    assert helpers.call_action("stuttgart_harvest_run_show", run_id=unfinished["run"])["state"] == "aborted"
