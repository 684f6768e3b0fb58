"""Tests in a real Chromium, on the portal with the example catalogue of Stuttgart.

They need the services (`make test`) and the system's Chromium; without one they are skipped, which the end of the run
says plainly. `STUTTGART_BROWSER=required` turns that into a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser import serving
from tests.browser.serving import Portal
from tests.portal.conftest import city, portal_tables

__all__ = ["portal_tables"]

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "no Chromium was found: apt-get install chromium"
CHECKOUT = Path(__file__).parents[2]


def chromium() -> str | None:
    """The system's browser."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, or fail where the browser is required, all tests of this folder when there is no browser."""
    if chromium():
        return
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    if ours and os.environ.get("STUTTGART_BROWSER") == "required":
        pytest.exit(f"The tests in a browser are required, but {REMEDY}", returncode=4)
    for item in ours:
        item.add_marker(pytest.mark.skip(reason=REMEDY))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one sentence that nothing was tested in a browser."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if REMEDY in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"SKIPPED: {len(skipped)} tests in a browser, since {REMEDY}", yellow=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser; every host but this machine is unknown to it."""
    options = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--disable-gpu"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    started = playwright.chromium.launch(executable_path=chromium(), args=options)
    yield started
    started.close()


@pytest.fixture(scope="package")
def portal(
    portal_tables: None, reset_db: Any, reset_index: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The portal, served at the host of ckan.site_url, with all that the pages of the table need."""
    reset_db()
    reset_index()
    with city("stuttgart"):
        things = serving.fill("stuttgart")
    with serving.served(CHECKOUT / "config" / "ckan.ini", "stuttgart", tmp_path_factory.mktemp("portal")) as address:
        yield Portal(address, things)
    reset_db()
    reset_index()


@pytest.fixture(scope="package")
def context_of(browser: Browser, portal: Portal) -> Callable[..., BrowserContext]:
    """A browser window of a viewer: `anonymous`, or `editor`, who logs in through the form once."""
    kept: dict[str, Any] = {}

    def open_for(viewer: str = "anonymous", **options: Any) -> BrowserContext:
        if viewer != "anonymous" and viewer not in kept:
            kept[viewer] = serving.log_in(browser, portal, viewer)
        settings = {"locale": "de-DE", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        return browser.new_context(**{**settings, "storage_state": kept.get(viewer), **options})

    return open_for


@pytest.fixture
def opened(context_of: Callable[..., BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Windows as of `context_of`, closed behind the test."""
    windows: list[BrowserContext] = []

    def open_for(viewer: str, **options: Any) -> BrowserContext:
        windows.append(context_of(viewer, **options))
        return windows[-1]

    yield open_for
    for window in windows:
        window.close()
