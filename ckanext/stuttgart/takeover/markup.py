"""HTML in descriptions as plain text: only what people read is left, with the structure as lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ckanext.stuttgart.takeover.text import INVISIBLE

# fmt: off
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "dfn", "em", "embed", "font", "i", "iframe", "img",
    "ins", "kbd", "label", "mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "ul",
})
# fmt: on
HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
EMBEDDED = frozenset({"embed", "iframe", "img"})
UNSEEN = frozenset({"head", "math", "noscript", "object", "script", "style", "svg", "template", "title"})
HEADING = "\x01"
"""Stands before a heading that was one in HTML, until the description is put together."""

# Element -> what its start is in plain text.
STARTS = (
    dict.fromkeys(INLINE, "")
    | dict.fromkeys(BLOCKS, "\n\n")
    | dict.fromkeys(HEADS, f"\n\n{HEADING}")
    | {"br": "\n", "tr": "\n", "li": "\n- ", "td": " \t", "th": " \t"}
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,14})((?:\s[^<>]{0,3000})?)/?>")
SOURCE = re.compile(r"""(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
ALTERNATIVE = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
MARKDOWN = re.compile(r"^ {0,3}#{2,6}[ \t]*[^\W_]", re.MULTILINE)
KEPT_SCHEMES = ("http:", "https:", "ftp:", "mailto:")


def is_html(text: str) -> bool:
    """Whether a text holds elements of HTML; `<Gemeinde>` and `a < b` are none."""
    return any(tag[2].lower() in STARTS or tag[2].lower() in UNSEEN for tag in TAG.finditer(text))


def plain(text: str) -> str:
    """HTML as plain text: paragraphs, lists as lines, the addresses of links behind their words, headings marked.

    HTML that was escaped as a whole, as some portals do, is taken for what it means; a text without elements keeps its
    lines and only loses its entities.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(HEADING, "")
    for _ in range(2):
        if is_html(text) or not is_html(unescaped(text)):
            break
        text = unescaped(text)
    if not is_html(text):
        return unescaped(text)
    text = unescaped("".join(_converted(_without_comments(text))))
    lines = (re.sub(r"[ \t\xa0]*\t[ \t\xa0]*", " | ", re.sub(r"[ \xa0]+", " ", line)) for line in text.split("\n"))
    text = "\n".join(line.strip(" |") for line in lines)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^-\n+(?=[^\n])", "- ", text)).strip()


def without_marks(text: str) -> str:
    """The marks of HTML headings taken out."""
    return text.replace(HEADING, "")


def _converted(text: str) -> Iterator[str]:
    """The pieces of the plain text. Line ends count where there are no blocks of HTML, or Markdown beside them."""
    flowing = any(STARTS.get(tag[2].lower(), "")[:1] == "\n" for tag in TAG.finditer(text) if tag[2].lower() != "br")
    spaces = re.compile(r"\s+" if flowing and not MARKDOWN.search(text) else r"[^\S\n]+")
    position, hidden, link, words = 0, "", "", 0
    for tag in TAG.finditer(text):
        closing, name, attributes = tag[1] == "/", tag[2].lower(), tag[3]
        if name not in STARTS and name not in UNSEEN:
            continue
        if not hidden:
            yield spaces.sub(" ", text[position : tag.start()])
        position = tag.end()
        if name in UNSEEN:
            hidden = ("" if hidden == name else hidden) if closing else hidden or name
        elif hidden:
            continue
        elif name == "a":
            yield f" ({link})" if closing and link and link not in text[words : tag.start()] else ""
            link, words = "" if closing else _address(attributes), position
        elif not closing:
            yield STARTS[name] + (_embedded(attributes) if name in EMBEDDED else "")
        elif STARTS[name][:2] == "\n\n":
            yield "\n\n"
    yield "" if hidden else spaces.sub(" ", text[position:])


def _address(attributes: str) -> str:
    found = SOURCE.search(attributes)
    address = html.unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    return address.removeprefix("mailto:") if address.lower().startswith(KEPT_SCHEMES) else ""


def _embedded(attributes: str) -> str:
    found, address = ALTERNATIVE.search(attributes), _address(attributes)
    words = next(filter(None, found.groups()), "") if found else ""
    return f" {words}{f' ({address})' if address else ''} "


def _without_comments(text: str) -> str:
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join(kept) + text[position:]


def unescaped(text: str) -> str:
    """A text without the entities of HTML and XML."""
    return INVISIBLE.sub("", ENTITY.sub(lambda found: html.unescape(found[0]), text))
