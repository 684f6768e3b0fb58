"""A web folder of metadata files: a page of links to XML files beside or below it."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from ckanext.stuttgart.harvest.address import joined
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.sniff import as_utf8, sniff

LINK = re.compile(r"""<a\b[^<>]*?\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
MOST_FILES = 5_000
LONGEST = 5_000_000


def files(answer: Answer) -> list[str]:
    """The addresses of XML files that a page links to in its own folder, each once; [] for anything else."""
    if answer.base is None or sniff(answer.body, answer.content_type, answer.url) != "html":
        return []
    text = as_utf8(answer.body[:LONGEST], answer.charset).decode("utf-8", "replace")
    folder = answer.url.partition("?")[0].rpartition("/")[0] + "/"
    found: dict[str, None] = {}
    for match in LINK.finditer(text):
        url = joined(folder, html.unescape(next(filter(None, match.groups()), ""))).partition("#")[0]
        if url.startswith(folder) and _is_xml(url):
            found[url] = None
        if len(found) >= MOST_FILES:
            break
    return list(found)


def _is_xml(url: str) -> bool:
    try:
        return urlsplit(url).path.lower().endswith(".xml")
    except ValueError:
        return False
