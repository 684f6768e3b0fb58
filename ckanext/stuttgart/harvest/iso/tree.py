"""Elements of a metadata record by paths of local names, and the texts, codes and links in them.

The two standards, their profiles (`che:`) and extensions (`gmi:`) put the same local names into different namespaces
and wrap the same properties in differently named objects. So a path names properties and leaves the objects open:
`identificationInfo/*/citation/*/title`; `**` stands for any depth.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.dcatde import canonical, texts
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.kinds import shown

Texts = dict[str, str]
"""Language tag -> text; "" is the language of a record that names none."""

XLINK = "{http://www.w3.org/1999/xlink}"
LOCALES = ("locale/PT_Locale", "otherLocale/PT_Locale", "identificationInfo/*/otherLocale/PT_Locale")
LOCALISED = "PT_FreeText/textGroup/LocalisedCharacterString"
# Codes of ISO 639 that name no language.
NO_LANGUAGE = frozenset({"mis", "mul", "und", "zxx"})
HTTP = re.compile(r"https?://[^/\s?#]+\S*", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
LINES = re.compile(r" ?\n ?")


def local(element: Any) -> str:
    """The name of an element or attribute without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any) -> list[Any]:
    """The child elements."""
    return [child for child in element if isinstance(child.tag, str)]


@functools.cache
def _compiled(path: str) -> Any:
    parts = {"*": "*", "**": "descendant::*"}
    steps = [parts.get(step) or f"*[local-name()='{step}']" for step in path.split("/")]
    return etree.XPath("/".join(steps).replace("descendant::*/*[", "descendant::*["), smart_strings=False)


def find(element: Any, *paths: str) -> list[Any]:
    """The elements of the first path that leads to any."""
    for path in paths:
        found = _compiled(path)(element)
        if found:
            return found
    return []


def find_all(element: Any, *paths: str) -> list[Any]:
    """The elements of all paths, in the order of the paths."""
    return [found for path in paths for found in _compiled(path)(element)]


def href(element: Any) -> str:
    """The link of a property or of the Anchor in it."""
    for holder in (element, *find(element, "Anchor")):
        link = (holder.get(f"{XLINK}href") or "").strip()
        if link:
            return link
    return ""


def code(element: Any) -> str:
    """A value of a code list: its `codeListValue`, else its text; of a property, that of the element in it."""
    for holder in (element, *children(element)):
        value = one_line(holder.get("codeListValue") or "")
        if value:
            return value
    return one_line(plain(element))


def plain(element: Any) -> str:
    """The text of a property in the language of the record, whatever simple element holds it."""
    if (element.text or "").strip():
        return tidy(element.text)
    for child in children(element):
        if local(child) != "PT_FreeText" and not children(child):
            text = tidy(child.text or "") or one_line(child.get("codeListValue") or "")
            if text:
                return text
    return ""


def first(element: Any, *paths: str) -> str:
    """The first text that the paths lead to, on one line."""
    for path in paths:
        for found in _compiled(path)(element):
            text = one_line(plain(found))
            if text:
                return text
    return ""


def tidy(text: str) -> str:
    """A text without the blanks that come from indented XML; its lines stay."""
    return LINES.sub("\n", BLANKS.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


@dataclass
class Source:
    """A record while it is mapped.

    root      the record's element
    language  tag of its main language, "" where it names none
    locales   id of a further locale -> tag
    title     in the language to show, for texts that repeat it
    findings  what was noticed
    """

    root: Any
    language: str = ""
    locales: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, root: Any) -> Source:
        """A record with its languages."""
        named = find(root, "language", "defaultLocale/PT_Locale/language")
        tags = {
            locale.get("id") or "": _tag(code(language))
            for locale in find_all(root, *LOCALES)
            for language in find(locale, "languageCode", "language")
        }
        return cls(root, _tag(code(named[0])) if named else "", {id_: tag for id_, tag in tags.items() if id_ and tag})

    def note(self, rule: str, field_: str, value: Any = "", target: Any = "", severity: Severity = "warning") -> None:
        """Record something that an editor should know."""
        self.findings.append(Finding(rule, severity, field_, shown(value), shown(target)))

    def tag_of(self, localised: Any) -> str:
        """The language of a localised text or URL, "" where it is not known."""
        reference = (localised.get("locale") or "").rpartition("#")[2]
        return self.locales.get(reference) or _tag(reference)

    def texts(self, element: Any, *, lines: bool = False) -> Texts:
        """The text of a property in all its languages."""
        form = tidy if lines else one_line
        main = form(plain(element))
        found = {self.language: main} if main else {}
        for localised in _compiled(LOCALISED)(element):
            tag, text = self.tag_of(localised), form(localised.text or "")
            if tag and text:
                found.setdefault(tag, text)
        return found

    def shown(self, element: Any, *, lines: bool = False) -> str:
        """The one text of a property that is shown where there is room for one language."""
        return best(self.texts(element, lines=lines), self.language)

    def values(self, *paths: str, lines: bool = False) -> Iterator[str]:
        """The shown texts that all paths lead to."""
        for element in find_all(self.root, *paths):
            text = self.shown(element, lines=lines)
            if text:
                yield text


def _tag(text: str) -> str:
    """The tag of a language given as ISO 639 code, "" for a code that names none."""
    return "" if text.lower() in NO_LANGUAGE or len(text) > 60 else texts.language_tag(text)


def best(given: Mapping[str, str], language: str = "") -> str:
    """The text to show: German or of no known language, else that of the record, else English, else any."""
    for tag in (GERMAN, "", language):
        if given.get(tag):
            return given[tag]
    return given[canonical.preferred(given)] if given else ""


def place(package: dict[str, Any], name: str, given: Mapping[str, str]) -> None:
    """Put a text into a field and its other languages into `translations`; nothing where there is no text.

    Without a German text the field shows the language that the whole portal prefers then. A text that is not German
    stands in `translations` too, for only that tells its language.
    """
    text = best(given)
    if text:
        package[name] = text
        _translate(package, name, given)


def place_all(package: dict[str, Any], name: str, given: list[Texts]) -> None:
    """The same for a field of many texts, such as keywords."""
    german = [text for each in given if (text := each.get(GERMAN) or each.get(""))]
    if german:
        package[name] = [{"name": text} for text in dict.fromkeys(german)]
    for each in given:
        _translate(package, name, each)


def _translate(package: dict[str, Any], name: str, given: Mapping[str, str]) -> None:
    """The other languages; German too where another language has the very same text, which would claim it else."""
    german = given.get(GERMAN) or given.get("")
    others = {tag: text for tag, text in given.items() if tag not in ("", GERMAN)}
    if german and german in others.values():
        others[GERMAN] = german
    entries = [{"field": name, "language": tag, "text": text} for tag, text in sorted(others.items())]
    if entries:
        known = package.setdefault("translations", [])
        known += [entry for entry in entries if entry not in known]
