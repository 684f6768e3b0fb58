"""What comes of the forms of editors."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories, helpers


@pytest.mark.parametrize("type_", ["dataset_series", "data_service"])
def test_what_has_no_files_is_saved_at_once(clean_portal: None, app: Any, type_: str) -> None:
    office = factories.Organization(name="amt")
    headers = {"Authorization": factories.UserWithToken(sysadmin=True)["token"]}
    form = {
        "title": "Haushalt",
        "name": "haushalt",
        "owner_org": office["id"],
        "save": "",
        "_ckan_phase": "dataset_new_1",
    }
    form |= {"pkg_name": "", "endpoint_url": "https://dienst.example/wfs", "private": "False"}
    answer = app.post(f"/{type_}/new", data=form, headers=headers, follow_redirects=False, status=302)
    assert answer.headers["Location"].endswith(f"/{type_}/haushalt")
    assert helpers.call_action("package_show", id="haushalt")["state"] == "active"


def test_a_dataset_still_asks_for_its_files(clean_portal: None, app: Any) -> None:
    office = factories.Organization(name="amt")
    headers = {"Authorization": factories.UserWithToken(sysadmin=True)["token"]}
    form = {"title": "Bäume", "name": "baeume", "owner_org": office["id"], "save": "", "_ckan_phase": "dataset_new_1"}
    answer = app.post("/dataset/new", data=form, headers=headers, follow_redirects=False, status=302)
    assert answer.headers["Location"].endswith("/dataset/baeume/resource/new")
