"""HTML made from descriptions, mended for a page of the portal: headings, links and images. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from lxml import html
from lxml.etree import ParserError

#: Where a link of metadata may lead; anything else is shown as text.
SCHEMES = frozenset(["http", "https", "mailto", "tel", "ftp"])
FIRST_HEADING = 2
HEADINGS = tuple(f"h{level}" for level in range(1, 7))


def safe_link(url: object) -> str:
    """A URL of metadata when a page may link to it, else nothing."""
    text = "".join(str(url or "").split("\n")).strip()
    try:
        scheme, host = urlsplit(text)[:2]
    except ValueError:
        return ""
    return text if scheme.lower() in SCHEMES and (host or scheme.lower() in ("mailto", "tel")) else ""


def mended(text: str, host: str) -> str:
    """A cleaned fragment with headings below the page's own, safe links, and images of `host` only."""
    if "<h" not in text and "<a" not in text and "<img" not in text:
        return text
    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except ParserError:
        return ""
    _order_headings(root)
    for image in list(root.iter("img")):
        _keep_near(image, host)
    for link in list(root.iter("a")):
        _make_safe(link)
    return escape(root.text or "", quote=False) + "".join(html.tostring(child, encoding="unicode") for child in root)


def with_one_heading(content: str, title: str) -> str:
    """A page's content with one h1: `title` (HTML) in front where there is none, all but the first one level down."""
    head, first, rest = content.partition("<h1")
    if not first:
        return f'<h1 class="st-heading">{title}</h1>{content}'
    inside, end, rest = rest.partition("</h1>")
    return head + first + inside + end + rest.replace("<h1", "<h2").replace("</h1>", "</h2>")


def _order_headings(root: html.HtmlElement) -> None:
    """The highest heading becomes an h2, and no level is skipped on the way down."""
    found = list(root.iter(*HEADINGS))
    ranks = {tag: index for index, tag in enumerate(sorted({str(element.tag) for element in found}))}
    before = FIRST_HEADING - 1
    for element in found:
        before = min(FIRST_HEADING + ranks[str(element.tag)], before + 1, 6)
        element.tag = f"h{before}"


def _keep_near(image: html.HtmlElement, host: str) -> None:
    """An image of the portal stays; one from elsewhere becomes a link that says what it shows."""
    source, alternative = image.get("src") or "", (image.get("alt") or "").strip()
    image.set("alt", alternative)
    parts = urlsplit(source)
    if (not parts.scheme and not parts.netloc) or (parts.netloc == host and parts.scheme in ("http", "https")):
        return
    inside_link = any(parent.tag == "a" for parent in image.iterancestors())
    other = html.Element("span" if inside_link else "a")
    other.text = alternative or source
    if not inside_link:
        other.set("href", source)
    other.tail = image.tail
    parent = image.getparent()
    if parent is not None:
        parent.replace(image, other)


def _make_safe(link: html.HtmlElement) -> None:
    """A link with another scheme, or to nowhere, becomes text; one without words shows where it leads."""
    target = link.get("href") or ""
    near = target.startswith(("#", "/")) and not target.startswith("//")
    if not near and not safe_link(target):
        link.drop_tag()
    elif not link.text_content().strip() and not len(link):
        link.text = target
