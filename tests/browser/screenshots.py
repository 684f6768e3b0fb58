"""`make screenshots`: ten types of page, on a large and a small screen, as two cities, for people to look at."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import serving
from tests.browser.conftest import CHECKOUT
from tests.browser.pages import PAGES
from tests.browser.serving import Portal
from tests.portal.conftest import city

CITIES = ("stuttgart", "musterstadt")
WIDTHS = (1280, 390)
SHOWN = (
    "home",
    "topics",
    "search",
    "dataset",
    "resource",
    "organization",
    "accessibility",
    "login",
    "sources",
    "not found",
)
DARK = ("home", "dataset")
FOLDER = Path(os.environ.get("DEVSTACK_STATE") or CHECKOUT / ".devstack") / "screenshots"


@pytest.fixture(params=CITIES)
def portal_of_a_city(
    request: pytest.FixtureRequest,
    portal_tables: None,
    reset_db: Callable[[], None],
    reset_index: Callable[[], None],
    tmp_path: Path,
) -> Any:
    """The portal of one city after the other, with its example catalogue."""
    reset_db()
    reset_index()
    with city(request.param):
        things = serving.fill(request.param)
    with serving.served(CHECKOUT / "config" / "ckan.ini", request.param, tmp_path) as address:
        yield request.param, Portal(address, things)
    reset_db()
    reset_index()


def test_pictures_are_taken(browser: Browser, portal_of_a_city: tuple[str, Portal]) -> None:
    name, portal = portal_of_a_city
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for scheme, shown in (("light", SHOWN), ("dark", DARK)):
        for width in WIDTHS:
            with browser.new_context(
                viewport={"width": width, "height": 900}, locale="de-DE", color_scheme=scheme, reduced_motion="reduce"
            ) as context:
                tab = context.new_page()
                for page in [page for page in PAGES if page.name in shown]:
                    tab.goto(portal.url(page.path), wait_until="networkidle")
                    suffix = "" if scheme == "light" else f"-{scheme}"
                    tab.screenshot(path=folder / f"{page.name.replace(' ', '-')}-{width}{suffix}.png", full_page=True)
    assert len(list(folder.glob("*.png"))) >= len(SHOWN) * len(WIDTHS)
