"""Descriptions with sections: what stands under a known heading moves into its field, the rest stays as it is.

Headings are those of Markdown (`### Word`, also without the blank) and of HTML (marked by `markup.plain`), and with a
word of the tables also a line in bold, a line that holds nothing else, and `Word: value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ckanext.stuttgart.dcatde.vocabulary import key
from ckanext.stuttgart.takeover import converters
from ckanext.stuttgart.takeover.draft import Draft
from ckanext.stuttgart.takeover.markup import HEADING, without_marks
from ckanext.stuttgart.takeover.tables import tables

MARKDOWN = re.compile(r"\s{0,3}(#{1,6})([ \t]*)([^#\s].*?)[ \t]*#*[ \t]*")
BOLD = re.compile(r"\s*([-*•]\s+)?(\*\*|__)([^*_\n]{2,80}?)\2(.*)")
LABEL = re.compile(r"\s*([-*•]\s+)?([^\W\d_][^:\n]{1,59}?)\s*:(?!//)(.*)")
MOST = 2000  # lines that are looked at
# In a list `Word: value` may as well explain a column of the data; there only what is checked may move.
CHECKED = frozenset({"concept", "concepts", "date", "key", "licence", "period"})


@dataclass
class Section:
    """Lines of a description under one heading.

    title   "" for lines under no heading
    marked  the heading is one by its form: of Markdown or HTML
    ends    after the paragraph, or (where the value stands beside the word) after the line
    """

    title: str = ""
    marked: bool = False
    ends: Literal["", "paragraph", "line"] = ""
    listed: bool = False
    body: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def ended_by(self, line: str) -> bool:
        """Whether a line, which is no heading, stands outside."""
        return self.ends == "line" or (self.ends == "paragraph" and not line.strip() and any(map(str.strip, self.body)))


def read(draft: Draft) -> None:
    """Move what is understood out of the description into the fields."""
    notes = draft.values.get("notes")
    if not isinstance(notes, str):
        return
    sections = list(_sections(notes))
    kept = [line for section in sections if not section.title or not _moved(draft, section) for line in section.lines]
    moved = len(kept) < sum(len(section.lines) for section in sections)
    text = without_marks("\n".join(kept) if moved else notes)
    if moved or HEADING in notes:
        text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if text:
        draft.values["notes"] = text
    else:
        del draft.values["notes"]


def _moved(draft: Draft, section: Section) -> bool:
    """Read a section into its field; True where nothing of it has to stay in the description."""
    entry, body = tables().words.get(key(section.title)), "\n".join(section.body).strip()
    if entry is not None and body and (entry.how in CHECKED or not section.listed):
        taken = converters.read(draft, entry, without_marks(body), section.title)
        if taken != "not":
            rule = "heading_moved" if taken == "whole" else "heading_read"
            draft.note(rule, "notes", f"{section.title}: {body}", entry.to)
            return taken == "whole"
    if (section.marked or entry) and key(section.title) not in tables().no_field:
        draft.note("heading_kept", "notes", section.title)
    return False


def _sections(notes: str) -> Iterator[Section]:
    """The description in pieces, every line in exactly one of them."""
    section, blank = Section(), True
    for number, line in enumerate(notes.split("\n")):
        found = _heading(line, alone=blank) if number < MOST else None
        if found or section.ended_by(line):
            yield section
            section = found or Section()
            section.lines.append(line)
        else:
            section.lines.append(line)
            section.body.append(line)
        blank = not line.strip()
    yield section


def _heading(line: str, *, alone: bool) -> Section | None:
    """The section a line opens, None for a line of text.

    alone  the line before is empty, so that a known word which fills the line is a heading
    """
    if line.lstrip().startswith(HEADING):
        return _titled(line.replace(HEADING, "").strip(), marked=True)
    found = MARKDOWN.fullmatch(line)
    if found:
        # `#1 in der Liste` and `#hashtag` are none.
        sure = len(found[1]) > 1 or found[2]
        section = _titled(found[3].strip("*_ "), marked=True)
        return section if sure or tables().heading(section.title) else None
    found = BOLD.fullmatch(line) or LABEL.fullmatch(line)
    word = found[len(found.groups()) - 1].strip(" :") if found else line.strip()
    rest = found[len(found.groups())].strip(" :") if found else ""
    if not tables().heading(word) or not (found or alone):
        return None
    return _titled(word, rest, ends="line" if rest else "paragraph", listed=bool(found and found[1]))


def _titled(
    title: str,
    rest: str = "",
    *,
    marked: bool = False,
    ends: Literal["", "paragraph", "line"] = "",
    listed: bool = False,
) -> Section:
    """A section; `### Periodizität: jährlich` holds its value in the heading itself."""
    word, colon, value = title.partition(":")
    if colon and not tables().heading(title) and tables().heading(word):
        title, rest = word, value
    return Section(title.strip(" :"), marked, ends, listed, [rest.strip()] if rest.strip() else [])
