"""What is checked before a trusting parser: XML without entities, flat JSON, JSON-LD with known contexts."""

from __future__ import annotations

import json
import re
from typing import Any

from contexts import ADDRESSES, CONTEXTS

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MOST_NOTES = 1_000

# Characters that neither XML nor PostgreSQL can store.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """The input is not read; `problem` is a word of `parse.PROBLEMS`, `detail` a name, `line` counts from 1."""

    def __init__(self, problem: str, detail: str = "", line: int | None = None):
        super().__init__(problem)
        self.answer = {"refused": problem, "detail": detail, "line": line}


class Notes:
    """What was repaired, as (word, value), at most `MOST_NOTES` of them, each once."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], None] = {}

    def add(self, word: str, value: str) -> None:
        """Note a word of `parse.NOTES` and the value as it stood in the source."""
        if len(self.found) < MOST_NOTES:
            self.found.setdefault((word, value[:500]), None)


# --- XML ------------------------------------------------------------------------------------------------------------


def gated_xml(body: bytes, settings: dict[str, Any], notes: Notes) -> Any:
    """Return the root of an XML document that declares no entities and is at most 256 levels deep."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    def parser(recover: bool) -> Any:
        return etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=recover,
            remove_comments=True,
            remove_pis=True,
            encoding=settings.get("encoding"),
        )

    try:
        root = etree.fromstring(body, parser(recover=False))
    except etree.XMLSyntaxError as error:
        # GeoServer and ArcGIS answer hit counts with a prefix they forgot to declare; nothing else is overlooked.
        undeclared = etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE
        lenient = parser(recover=True)
        root = etree.fromstring(body, lenient) if error.code == undeclared else None
        if root is None or any(entry.type != undeclared for entry in lenient.error_log):
            too_deep = "depth" in (error.msg or "")
            raise Refused("deep" if too_deep else "syntax", "XML", error.lineno) from None
        notes.add("namespace", "")
    if root is None:
        raise Refused("syntax", "XML")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise Refused("entities")
    if next(root.iter(etree.Entity), None) is not None:
        raise Refused("entities")
    return root


def without_stray_text(root: Any, notes: Notes) -> None:
    """Drop text beside `rdf:resource` and between elements, which GeoNetwork writes and RDF/XML forbids."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.get(f"{{{RDF}}}parseType") == "Literal":
            continue
        children = list(element)
        if (children or element.get(f"{{{RDF}}}resource") is not None) and (element.text or "").strip():
            notes.add("text", element.text.strip())
            element.text = None
        for child in children:
            if (child.tail or "").strip():
                notes.add("text", child.tail.strip())
                child.tail = None
        waiting.extend(children)


# --- JSON -----------------------------------------------------------------------------------------------------------


def gated_json(body: bytes, settings: dict[str, Any], notes: Notes) -> Any:
    """Return a JSON value of at most `depth` levels; lone surrogates become U+FFFD, NaN and Infinity are refused."""

    def refuse(name: str) -> Any:
        raise Refused("number", name)

    try:
        value = json.loads(body.decode("utf-8"), parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise Refused("syntax", "JSON", error.lineno) from None
    except RecursionError:
        raise Refused("deep") from None
    except ValueError:  # Python refuses integers of more than 4,300 digits.
        raise Refused("number", "a number") from None
    return _storable(value, settings["depth"], notes)


def _storable(value: Any, depth: int, notes: Notes) -> Any:
    if depth < 0:
        raise Refused("deep")
    if isinstance(value, str):
        text = UNSTORABLE.sub("", _SURROGATE.sub("\ufffd", value))
        if text != value:
            notes.add("characters", text)
        return text
    if isinstance(value, list):
        return [_storable(item, depth - 1, notes) for item in value]
    if isinstance(value, dict):
        return {_storable(key, 0, notes): _storable(item, depth - 1, notes) for key, item in value.items()}
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise Refused("number", "a number beyond all limits")
    return value


def _shown(address: Any) -> str:
    """An address without user, password and query."""
    return re.sub(r"//[^/@]*@", "//", str(address).split("?")[0])[:200]


def bundled_json_ld(body: bytes, settings: dict[str, Any], notes: Notes) -> bytes:
    """Return JSON-LD whose contexts are all inline: names of the bundle are replaced, others refused by name."""
    value = gated_json(body, settings, notes)

    def known(name: Any) -> Any:
        if isinstance(name, list):
            return [known(item) for item in name]
        if isinstance(name, dict):
            if "@import" in name:
                raise Refused("context", _shown(name["@import"]))
            return walk(name)
        if not isinstance(name, str):
            return name
        address = re.sub(r"^https?://", "", name).rstrip("/#")
        if address not in ADDRESSES:
            raise Refused("context", _shown(name))
        return CONTEXTS[ADDRESSES[address]]

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        first = {"@context": known(node["@context"])} if "@context" in node else {}
        return first | {key: walk(item) for key, item in node.items() if key != "@context"}

    return json.dumps(walk(value)).encode()
