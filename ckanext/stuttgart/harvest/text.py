"""HTML fragments, as catalogues hold them in descriptions and licences, as Markdown or plain text. Pure.

Every step takes time in proportion to the text: Python's own parser needs minutes for some 100 kB of unclosed tags.
Nothing of the markup is kept, so nothing of it can run; `dcatde` and CKAN clean what people see once more.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from ckanext.stuttgart.dcatde.iris import scheme_of
from ckanext.stuttgart.dcatde.kinds import clean

LONGEST = 200_000
# Portals escape markup that was escaped already; three times is the most that was seen to make sense.
PASSES = 3
LINKED = frozenset({"http", "https", "mailto", "ftp"})

# Elements whose content is no text for people.
SILENT = ("script", "style", "head", "template", "svg", "math", "iframe", "object", "noscript", "textarea", "select")
# Elements that begin and end a paragraph.
_BLOCKS = (
    "p div section article header footer aside main nav table thead tbody tr ul ol dl dt dd li blockquote pre hr "
    "h1 h2 h3 h4 h5 h6 figure figcaption address center form fieldset details summary"
)
_INLINE = (
    "a abbr acronym b big bdi bdo br button caption cite code col colgroup del dfn em embed font html body i img input "
    "ins kbd label link meta mark q s samp small span strike strong sub sup td th time tt u var video audio wbr"
)
BLOCKS, INLINE = frozenset(_BLOCKS.split()), frozenset(_INLINE.split())
KNOWN = "|".join(sorted(BLOCKS | INLINE | {*SILENT}, key=len, reverse=True))
# A name is followed by something that ends it, so that no length of name is tried twice.
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])([^<>]*)>")
HTML = re.compile(rf"</?(?:{KNOWN})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
COMMENT, COMMENT_END = re.compile("<!--"), re.compile("-->")
SILENT_TAGS = [
    (re.compile(rf"<{name}(?![A-Za-z0-9:-])", re.IGNORECASE), re.compile(rf"</{name}[^<>]*>?", re.IGNORECASE))
    for name in SILENT
]
MARKED = re.compile(r"<[!?][^<>]*>")
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
SPACE = re.compile(r"[\s\u00a0\u200b\ufeff]+")
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def markdown(value: str) -> str:
    """A text as Markdown: paragraphs, line breaks, headings, lists and links of HTML; plain text as it is."""
    return _converted(value, Style())


def plain(value: str) -> str:
    """A text without markup: the address of a link stands behind its words in brackets."""
    return _converted(value, Style(plain=True))


def title(value: str) -> str:
    """A title without markup, on one line; a title that is nothing but markup stays as it is."""
    return SPACE.sub(" ", plain(value)).strip() or clean(value)


def is_html(value: str) -> bool:
    """True for a text with at least one tag of HTML; `a < b` and `<id>` are none."""
    return HTML.search(value) is not None or any(start.search(value) for start, _ in SILENT_TAGS[:2])


def links(value: str) -> list[str]:
    """The addresses a fragment links to."""
    found = (_href(match[3]) for match in TAG.finditer(value[:LONGEST]) if match[2].lower() == "a" and not match[1])
    return [address for address in found if address]


@dataclass
class Style:
    """How structure is written."""

    plain: bool = False

    @property
    def line(self) -> str:
        """A break inside a paragraph; Markdown joins lines that end without two blanks."""
        return "\n" if self.plain else "  \n"

    def heading(self) -> str:
        """What stands before a heading."""
        return "" if self.plain else "### "

    def link(self, words: str, address: str) -> str:
        """A link with its words."""
        bare = address.removeprefix("mailto:")
        if not words or words in (address, bare):
            return bare
        if self.plain:
            return f"{words} ({bare})"
        escaped = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        return f"[{words.replace('[', '(').replace(']', ')')}]({escaped})"


@dataclass
class _Writer:
    """Collects the text; breaks are written only once something follows."""

    style: Style
    parts: list[str] = field(default_factory=list)
    pending: str = ""
    open_links: list[tuple[str, int]] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)

    def text(self, words: str) -> None:
        words = SPACE.sub(" ", words)
        if self.pending or not self.parts:
            words = words.lstrip()
        if words:
            self._flush()
            self.parts.append(words)

    def paragraph(self) -> None:
        if self.parts:
            self.pending = "\n\n"

    def line(self) -> None:
        if self.parts:
            self.pending = "\n\n" if self.pending else self.style.line

    def _flush(self) -> None:
        if self.pending and self.parts:
            self.parts[-1] = self.parts[-1].rstrip(" ")
            self.parts.append(self.pending)
        self.pending = ""

    def start(self, name: str, attributes: str) -> None:
        if name == "br":
            self.line()
        elif name == "li":
            self._item()
        elif name in ("td", "th"):
            self._cell()
        elif name == "a":
            self.end("a")  # links do not stand in links
            self.open_links.append((_href(attributes), len(self.parts)))
        elif name in BLOCKS:
            if name in ("ul", "ol"):
                self.lists.append(1 if name == "ol" else 0)
            self.paragraph()
            if re.fullmatch("h[1-6]", name):
                self._flush()
                self.parts.append(self.style.heading())

    def end(self, name: str) -> None:
        if name == "a" and self.open_links:
            address, position = self.open_links.pop()
            words = "".join(self.parts[position:])
            if address:
                self.parts[position:] = []
                lead = words[: len(words) - len(words.lstrip())]
                self._flush()
                self.parts += [lead, self.style.link(SPACE.sub(" ", words).strip(), address)]
        elif name in BLOCKS and name != "li":
            if name in ("ul", "ol") and self.lists:
                self.lists.pop()
            self.paragraph()

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else 0
        if number:
            self.lists[-1] += 1
        self.pending = "\n" if self.parts and self.pending != "\n\n" else self.pending
        self._flush()
        self.parts.append(f"{number}. " if number else "- ")

    def _cell(self) -> None:
        if self.parts and not self.pending and not self.parts[-1].endswith((" | ", "\n")):
            self.parts.append(" | ")


def _converted(value: str, style: Style) -> str:
    text = clean(value[:LONGEST])
    for _ in range(PASSES):
        if is_html(text):
            text = _one_pass(text, style)
        elif ENTITY.search(text):
            text = html.unescape(text)
        else:
            break
    else:
        text = MARKED.sub("", TAG.sub("", text)) if is_html(text) else text
    return clean(text.replace("\u00a0", " "))


def _one_pass(text: str, style: Style) -> str:
    text = MARKED.sub("", _without_silent(_without_comments(text)))
    writer, position = _Writer(style), 0
    for tag in TAG.finditer(text):
        writer.text(html.unescape(text[position : tag.start()]))
        position = tag.end()
        name = tag[2].lower()
        if tag[1]:
            writer.end(name)
        else:
            writer.start(name, tag[3])
    writer.text(html.unescape(text[position:]))
    return BLANK_LINES.sub("\n\n", "".join(writer.parts))


def _without_comments(text: str) -> str:
    return _cut(text, COMMENT, COMMENT_END)


def _without_silent(text: str) -> str:
    """Without elements whose content is code or an alternative; one that is never closed reaches to the end."""
    for start, end in SILENT_TAGS:
        text = _cut(text, start, end)
    return text


def _cut(text: str, start: re.Pattern[str], end: re.Pattern[str]) -> str:
    """The text without everything from `start` to `end`, each looked for from where the last one was found."""
    kept, position = [], 0
    while opening := start.search(text, position):
        kept.append(text[position : opening.start()])
        closing = end.search(text, opening.end())
        if not closing:
            return "".join(kept)
        position = closing.end()
    return "".join([*kept, text[position:]]) if kept else text


def _href(attributes: str) -> str:
    """The address of a link, "" for none and for schemes that are not opened."""
    found = HREF.search(attributes)
    address = html.unescape(next((part for part in found.groups() if part), "")).strip() if found else ""
    return clean(address) if scheme_of(address) in LINKED else ""
