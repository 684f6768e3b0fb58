"""`ckan stuttgart check` names what a city has to fill in, page by page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.stuttgart.cli import stuttgart
from tests.portal.conftest import city

pytestmark = pytest.mark.usefixtures("portal_tables")


def test_open_slots_are_named_with_their_page(runner: Any) -> None:
    with city("stuttgart"):
        answer = runner.invoke(stuttgart, ["check"])
    assert answer.exit_code == 3
    assert "The page imprint (/impressum) has open slots: legal.operator.representative" in answer.output
    assert "vat_id" not in answer.output


def test_programs_get_json(runner: Any) -> None:
    with city("musterstadt"):
        answer = runner.invoke(stuttgart, ["check", "--json"])
    found = json.loads(answer.output)
    assert "legal.operator.address" in found["pages"]["imprint"]
    assert found["missing"] == []
