"""Every type of page passes every check, in both languages, for everybody who may see it."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
import pytest
from playwright.sync_api import BrowserContext

from tests.browser.checks import ALL, visit
from tests.browser.pages import PAGES, Page
from tests.browser.serving import Portal

#: The older CKAN shows the same templates: there one language is enough.
LANGUAGES = ("de", "en") if tk.check_ckan_version(min_version="2.12") else ("de",)
CASES = [
    pytest.param(page, viewer, language, id=f"{page.name}-{viewer}-{language}")
    for page in PAGES
    for viewer in page.viewers
    for language in LANGUAGES
]


@pytest.mark.parametrize(("page", "viewer", "language"), CASES)
def test_a_page_passes_every_check(
    portal: Portal, opened: Callable[..., BrowserContext], page: Page, viewer: str, language: str
) -> None:
    seen = visit(opened(viewer), portal.url(page.path, language), language, settled=viewer != "anonymous")
    assert seen.status == page.status
    if viewer == "anonymous" and not page.cookie and "cookie" not in page.awaits:
        assert seen.page.context.cookies() == []
    found = {name: problems for name, check in ALL.items() if name not in page.awaits and (problems := check(seen))}
    assert not found, "\n".join(f"{name}: {line}" for name, problems in found.items() for line in problems[:12])
