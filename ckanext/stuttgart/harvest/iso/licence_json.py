"""The licence as JSON in a text, as GDI-DE agreed: {"id": ..., "name": ..., "url": ..., "quelle": ...}.

Editors type it by hand: with blanks and hyphenation, German quotation marks, single quotes, several blocks in one text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.stuttgart.harvest.iso.tree import one_line

LONGEST = 20_000
KEYS = ("id", "name", "url", "quelle")
QUOTES = str.maketrans({"„": '"', "“": '"', "”": '"', "»": '"', "«": '"', "\u00a0": " "})
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
BLOCK = re.compile(r"\{[^{}]*\}")
# In a block that is no valid JSON: a known key, and what stands in quotes up to a comma, a brace or the next key.
PAIR = re.compile(
    r"""["']?\b(id|name|url|quelle)\b["']?\s*[:=]\s*(["'])(.*?)\2\s*"""
    r"""(?=,|\}|$|["']?\b(?:id|name|url|quelle)\b["']?\s*:)""",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """One licence statement; "" for what it does not say."""

    id: str = ""
    name: str = ""
    url: str = ""
    source: str = ""


def blocks(text: str) -> list[Block]:
    """Every licence statement in a text; [] where it holds none."""
    if "{" not in text or len(text) > LONGEST:
        return []
    plain = UNSEEN.sub("", html.unescape(text)).translate(QUOTES)
    return [made for raw in _raw(plain) if (made := _block(raw)) is not None]


def without_blocks(text: str) -> str:
    """The text around the statements."""
    return BLOCK.sub(" ", text).strip() if blocks(text) else text


def _raw(text: str) -> Iterator[dict[str, str]]:
    for found in BLOCK.finditer(text):
        try:
            value = json.loads(found[0], strict=False)
        except (ValueError, RecursionError):
            value = {pair[1].lower(): pair[3] for pair in PAIR.finditer(found[0])}
        if isinstance(value, dict):
            yield {str(key).strip().lower(): item for key, item in value.items() if isinstance(item, str)}


def _block(raw: dict[str, str]) -> Block | None:
    if not any(key in raw for key in ("id", "name", "url")):
        return None
    made = Block(*(one_line(raw.get(key, "")) for key in KEYS))
    return made if any((made.id, made.name, made.url, made.source)) else None
