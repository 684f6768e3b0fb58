"""What every page has to pass, one function a check: it answers with the problems it found, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.browser.english import english_words

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations", "incomplete"]}
#: Only what is wrong or unsure comes back: all that is well would take as long again.
RUN = "options => axe.run(document, options).then(({violations, incomplete}) => ({violations, incomplete}))"
#: A failed load is told in the console with the status of the page itself, which is expected.
OWN_STATUS = "Failed to load resource: the server responded with a status of"

#: axe cannot see what a region that scrolls sideways does not show: the region is moved on, one width a step.
MOST_STEPS = 9
RUN_REGIONS = (
    "() => axe.run({include: [['[role=region][tabindex=\"0\"]']]}, {runOnly: ['color-contrast'],"
    " resultTypes: ['incomplete']}).then(({incomplete}) => ({incomplete}))"
)
SCROLL = """step => [...document.querySelectorAll('[role=region][tabindex="0"]')].map(region => {
  region.scrollLeft = step * region.clientWidth * 0.8;
  return region.scrollLeft > (step - 1) * region.clientWidth * 0.8;
}).some(moved => moved)"""

LISTEN = """window.refused = [];
addEventListener("securitypolicyviolation", (e) =>
  window.refused.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile || ""}:${e.lineNumber}`));
"""


@dataclass
class Visit:
    """A page as a viewer sees it, and what happened while it loaded."""

    page: Page
    host: str
    language: str
    status: int = 0
    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


def visit(context: BrowserContext, address: str, language: str, settled: bool = False) -> Visit:
    """Open a page and wait until it is loaded; where scripts of CKAN go on loading, until it is `settled`."""
    page = context.new_page()
    page.add_init_script(LISTEN)
    seen = Visit(page, urlsplit(address).netloc, language)

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OWN_STATUS):
            seen.console.append(message.text)

    def ask(request: Request) -> None:
        seen.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != seen.host:
            seen.hosts.add(parts.netloc)

    page.on("console", note)
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("request", ask)
    answer = page.goto(address, wait_until="networkidle" if settled else "load")
    assert answer is not None
    seen.status, seen.headers = answer.status, answer.headers
    return seen


def accessible(seen: Visit) -> list[str]:
    """axe finds nothing, and is sure about every contrast."""
    found = _axe(seen)
    problems = [_told(rule, node) for rule in found["violations"] for node in rule["nodes"]]
    unsure = _unsure(found)
    for step in range(1, MOST_STEPS):
        if not unsure or not seen.page.evaluate(SCROLL, step):
            break
        left = _unsure(seen.page.evaluate(RUN_REGIONS))
        unsure = {told: text for told, text in unsure.items() if told in left}
    seen.page.evaluate(SCROLL, 0)
    return problems + [f"undecided: {text}" for text in unsure.values()]


def _axe(seen: Visit) -> Mapping[str, Any]:
    if not seen.page.evaluate("'axe' in window"):
        seen.page.evaluate(Axe().axe_script)
    return seen.page.evaluate(RUN, OPTIONS)


def _unsure(found: Mapping[str, Any]) -> dict[str, str]:
    """The nodes whose contrast axe cannot tell, by their place."""
    rules = [rule for rule in found["incomplete"] if rule["id"] == "color-contrast"]
    return {str(node["target"]): _told(rule, node) for rule in rules for node in rule["nodes"]}


def _told(rule: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    return f"{rule['id']}: {node['target']} {node['html'][:140]}"


def in_width(seen: Visit) -> list[str]:
    """Nothing makes the page wider than the window."""
    wide, window = seen.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if wide <= window:
        return []
    culprits = seen.page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && !e.closest('.st-hidden, .st-skip')).slice(0, 4).map(e => e.outerHTML.slice(0, 90))"
    )
    return [f"{wide} px in a window of {window} px: {culprits}"]


def in_large_text(seen: Visit) -> list[str]:
    """With text of twice the size nothing is wider than the window, and nothing is cut off."""
    seen.page.evaluate("document.documentElement.style.fontSize = '200%'")
    cut = seen.page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1"
        " && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.checkVisibility() && e.innerText"
        " && !e.closest('.st-hidden, .leaflet-container')).slice(0, 4).map(e => `cut off: ${e.outerHTML.slice(0, 90)}`)"
    )
    problems = in_width(seen) + cut
    seen.page.evaluate("document.documentElement.style.fontSize = ''")
    return problems


def in_german(seen: Visit) -> list[str]:
    """No English word on a German page, in what is shown, read aloud or filled in."""
    return english_words(seen.page) if seen.language == "de" else []


def at_home(seen: Visit) -> list[str]:
    """Nothing is asked of another host."""
    return sorted(seen.hosts)


def quiet(seen: Visit) -> list[str]:
    """No error or warning in the console, nothing refused by the security policy."""
    return [*seen.console, *(f"refused: {text}" for text in seen.page.evaluate("window.refused"))]


def well_formed(seen: Visit) -> list[str]:
    """Every id once, one h1, a title, the language of the page."""
    problems = seen.page.evaluate(
        "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
        ".map(id => `id twice: ${id}`)"
    )
    headings = seen.page.locator("h1").count()
    problems += [] if headings == 1 else [f"{headings} h1"]
    language = seen.page.get_attribute("html", "lang")
    problems += [] if language == seen.language else [f"lang={language}"]
    return problems + ([] if seen.page.title().strip() else ["no title"])


def each_width(check: Callable[[Visit], list[str]], widths: tuple[int, ...]) -> Callable[[Visit], list[str]]:
    """A check at several widths of the window."""

    def at_all(seen: Visit) -> list[str]:
        return list(_at(seen, check, widths))

    return at_all


def _at(seen: Visit, check: Callable[[Visit], list[str]], widths: tuple[int, ...]) -> Iterator[str]:
    for width in widths:
        seen.page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px: {problem}" for problem in check(seen))
    seen.page.set_viewport_size({"width": 1280, "height": 900})


WIDTHS = (1280, 390, 320)
ALL: Mapping[str, Callable[[Visit], list[str]]] = {
    "accessible": each_width(accessible, WIDTHS),
    "in width": each_width(in_width, WIDTHS),
    "in large text": in_large_text,
    "in German": in_german,
    "at home": at_home,
    "quiet": quiet,
    "well formed": well_formed,
}
