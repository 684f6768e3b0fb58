"""Other ways to use the portal than with mouse, scripts and a light screen: keyboard, no JavaScript, dark, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from ckanext.stuttgart.colours import SHAPE, contrast
from tests.browser.checks import Visit, accessible, visit
from tests.browser.pages import PAGES, Page
from tests.browser.serving import Portal

Open = Callable[..., BrowserContext]

PUBLIC = [page for page in PAGES if "anonymous" in page.viewers]
WALKED = [page for page in PAGES if page.walked]
DARK = [page for page in PAGES if page.walked and "accessible" not in page.awaits]
MOST_STOPS = 120

#: What has the focus: a description, its box, its outline, what lies on top of its middle.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  let ground = e.parentElement;
  while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
  e.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
  return {
    what: e.outerHTML.slice(0, 110), stop: e.dataset.stop,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    free: !top || top === e || e.contains(top) || top.contains(e) || !!top.closest("label"),
    outline: [style.outlineStyle, parseFloat(style.outlineWidth), style.outlineColor],
    ground: ground ? getComputedStyle(ground).backgroundColor : "rgb(255, 255, 255)",
  };
}"""


def _hex(colour: str) -> str:
    """`#00567a` out of `rgb(0, 86, 122)`."""
    parts = colour[colour.index("(") + 1 : -1].split(",")[:3]
    return "#" + "".join(f"{round(float(part)):02x}" for part in parts)


def _faults(stop: dict[str, Any]) -> list[str]:
    kind, width, colour = stop["outline"]
    problems = []
    if not stop["seen"]:
        problems.append("is outside the window")
    if not stop["free"]:
        problems.append("is covered")
    if kind == "none" or width < 2:
        problems.append(f"shows no focus ({kind} {width})")
    elif contrast(_hex(colour), _hex(stop["ground"])) < SHAPE:
        problems.append(f"has a focus of {colour} on {stop['ground']}")
    return [f"{stop['what']} {problem}" for problem in problems]


def _walk(tab: Tab) -> list[dict[str, Any]]:
    """Tab through the page until the first stop comes again."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(FOCUSED)
        if stop is None or any(stop["stop"] == other["stop"] for other in stops):
            return stops
        stops.append(stop)
    return stops


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_keyboard_reaches_everything_and_the_focus_is_seen(portal: Portal, opened: Open, page: Page) -> None:
    seen = visit(opened(page.viewers[0]), portal.url(page.path), "de")
    stops = _walk(seen.page)
    assert "st-skip" in stops[0]["what"]
    problems = [problem for stop in stops for problem in _faults(stop)]
    assert not problems, "\n".join(problems[:12])
    reachable = seen.page.evaluate(
        "[...document.querySelectorAll(['a[href]', 'button', 'input:not([type=hidden])', 'select', 'summary']"
        ".map(kind => `main ${kind}`).join())]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && e.type !== 'radio').length"
    )
    assert len(stops) >= min(reachable, MOST_STOPS - 40)


def test_the_skip_link_leads_to_the_content(portal: Portal, opened: Open) -> None:
    tab = visit(opened("anonymous"), portal.url("/"), "de").page
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_of_a_phone_opens_and_closes_with_the_keyboard(portal: Portal, opened: Open) -> None:
    tab = visit(opened("anonymous", viewport={"width": 390, "height": 800}), portal.url("/"), "de").page
    menu = tab.locator("#st-menu")
    assert not menu.is_visible()
    tab.locator(".st-menu-button").focus()
    tab.keyboard.press("Enter")
    assert menu.is_visible()
    tab.keyboard.press("Escape")
    assert not menu.is_visible()


#: What only scripts do: copying, loading a preview (a link stands in its place), drawing a map (above its table).
ADDED = "[data-st-copy], [data-st-load], [data-st-map]"


@pytest.mark.parametrize("page", PUBLIC, ids=lambda page: page.name)
def test_a_page_says_the_same_without_javascript(portal: Portal, opened: Open, page: Page) -> None:
    if "without JavaScript" in page.awaits:
        pytest.skip("this page does not work without JavaScript yet")
    address = portal.url(page.path)
    with_scripts = opened("anonymous").new_page()
    with_scripts.goto(address, wait_until="load")
    with_scripts.evaluate(f"document.querySelectorAll('{ADDED}').forEach(e => e.remove())")
    without = opened("anonymous", java_script_enabled=False).new_page()
    without.goto(address, wait_until="load")
    text = without.locator("body").inner_text()
    for in_its_place in without.locator(ADDED).all_inner_texts():
        text = text.replace(in_its_place, "", 1)
    assert with_scripts.locator("body").inner_text().split() == text.split()


def test_searching_works_without_javascript(portal: Portal, opened: Open) -> None:
    tab = opened("anonymous", java_script_enabled=False).new_page()
    tab.goto(portal.url("/"))
    tab.fill("#st-home-search", "Bäume")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/dataset/?q=*")
    assert tab.locator("main a[href*='/dataset/']").count() > 0


@pytest.mark.parametrize("page", DARK, ids=lambda page: page.name)
def test_a_page_is_as_readable_on_a_dark_screen(portal: Portal, opened: Open, page: Page) -> None:
    seen = visit(opened(page.viewers[0], color_scheme="dark"), portal.url(page.path), "de")
    found = accessible(seen)
    assert not found, "\n".join(found[:12])


def test_paper_shows_the_content_and_no_navigation(portal: Portal, opened: Open) -> None:
    seen: Visit = visit(opened("anonymous"), portal.url("/dataset/{dataset}"), "de")
    seen.page.emulate_media(media="print", color_scheme="dark")
    assert not seen.page.locator(".st-header").is_visible()
    assert not seen.page.locator(".st-footer").is_visible()
    ground, ink = seen.page.evaluate("(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))")
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
