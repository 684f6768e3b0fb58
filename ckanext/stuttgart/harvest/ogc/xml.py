"""Looking into capabilities by local names: versions differ in namespaces, and servers forget to declare them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# A line that was broken and indented by a pretty printer, and what stands between two paragraphs.
_WRAPPED = re.compile(r"\n[ \t]{2,}(?=\S)")
_PARAGRAPH = re.compile(r"\n\s*\n\s*")


def local(name: Any) -> str:
    """`{namespace}Name` and `prefix:Name` (a prefix nobody declared) as `Name`; "" for what is no element."""
    return name.rpartition("}")[2].rpartition(":")[2] if isinstance(name, str) else ""


def children(element: Any, name: str) -> list[Any]:
    """The child elements with this local name."""
    return [child for child in element if local(child.tag) == name]


def find(element: Any, path: str) -> list[Any]:
    """The elements at a path of local names, in document order: `Service/KeywordList/Keyword`."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in children(parent, name)]
    return found


def below(element: Any, name: str) -> list[Any]:
    """The elements with this local name at any depth."""
    return [inner for inner in element.iter() if local(inner.tag) == name]


def attribute(element: Any, name: str) -> str:
    """The value of an attribute by its local name: `href` of `xlink:href`."""
    return next((str(value).strip() for key, value in element.attrib.items() if local(key) == name), "")


def text(element: Any) -> str:
    """The text of an element, lines wrapped by a pretty printer joined, paragraphs kept."""
    whole = "".join(element.itertext()).replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = (_WRAPPED.sub(" ", part) for part in _PARAGRAPH.split(whole))
    lines = ("\n".join(line.strip() for line in part.split("\n")) for part in paragraphs)
    return "\n\n".join(lines).strip()


def line(element: Any) -> str:
    """The text of an element in one line."""
    return " ".join("".join(element.itertext()).split())


def first(element: Any, paths: Iterable[str]) -> str:
    """The first text at any of the paths that is not empty; `path@href` means an attribute."""
    for path in paths:
        where, _, name = path.partition("@")
        for found in find(element, where):
            value = attribute(found, name) if name else line(found)
            if value:
                return value
    return ""


def spoken(element: Any, name: str, *, one_line: bool = False) -> dict[str, str]:
    """Language -> text of all children with this name; "" is the language of the whole document."""
    texts: dict[str, str] = {}
    for child in children(element, name):
        value = line(child) if one_line else text(child)
        if value:
            texts.setdefault(child.get(XML_LANG) or "", value)
    return texts
