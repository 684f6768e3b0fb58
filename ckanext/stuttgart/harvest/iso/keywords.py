"""Keywords and topic categories: keyword, theme, hvdCategory, applicableLegislation, politicalGeocodingLevelURI."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import Source, Texts, find, find_all, href, one_line, place_all, plain

KEYWORDS = "identificationInfo/*/descriptiveKeywords/*"
TOPICS = "identificationInfo/*/topicCategory"
INSPIRE_THEME = re.compile(r"inspire\.ec\.europa\.eu/theme/([a-z]{2})/?$")
# Codes of the list that GovData used before the EU list (`transport_verkehr`).
OLD_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")

Package = dict[str, Any]


@dataclass
class Found:
    """What the keywords of a record say, each value once and in their order."""

    tags: list[Texts] = field(default_factory=list)
    theme: dict[str, None] = field(default_factory=dict)
    hvd_category: dict[str, None] = field(default_factory=dict)
    applicable_legislation: dict[str, None] = field(default_factory=dict)
    political_geocoding_level_uri: dict[str, None] = field(default_factory=dict)

    def package(self) -> Package:
        """The fields."""
        names = ("theme", "hvd_category", "applicable_legislation", "political_geocoding_level_uri")
        package: Package = {name: list(getattr(self, name)) for name in names if getattr(self, name)}
        place_all(package, "tags", self.tags)
        return package


@dataclass(frozen=True)
class Keyword:
    """One keyword: its texts, the one in the record's language, its link, and all that names its thesaurus."""

    texts: Texts = field(hash=False)
    text: str
    link: str
    thesaurus: str


def keywords(source: Source) -> tuple[Package, list[str]]:
    """The fields that keywords and topics fill, and the keywords as they stand."""
    found = Found()
    every = list(_keywords(source))
    for topic in find(source.root, TOPICS):
        for name in (one_line(plain(topic)), href(topic).rpartition("/")[2]):
            found.theme.update(_themes(codes("topics").get(name.partition("_")[0], ())))
    for keyword in every:
        found.applicable_legislation.update(_laws(keyword))
        kind = _kind(keyword)
        kept = READ[kind["kind"]](keyword, found) if kind else _free(keyword, found)
        if kept and keyword.texts not in found.tags:
            found.tags.append(keyword.texts)
    return found.package(), [keyword.text for keyword in every]


def _keywords(source: Source) -> Iterator[Keyword]:
    for group in find(source.root, KEYWORDS):
        titles = find_all(group, "thesaurusName/*/title", "thesaurusName/*/identifier/*/code")
        thesaurus = " ".join(part for title in titles for part in (plain(title), href(title))).lower()
        for element in find(group, "keyword"):
            texts, link = source.texts(element), href(element)
            if texts or link:
                yield Keyword(texts, one_line(plain(element)), link, thesaurus)


def _kind(keyword: Keyword) -> Mapping[str, Any] | None:
    """The row of `keyword_kinds` that fits: by the keyword's link, else by its thesaurus."""
    rows = _kinds()
    by_link = next((row for link, _, row in rows if link.match(keyword.link)), None)
    return by_link or next((row for _, thesaurus, row in rows if thesaurus.search(keyword.thesaurus)), None)


@functools.cache
def _kinds() -> tuple[tuple[re.Pattern[str], re.Pattern[str], Mapping[str, Any]], ...]:
    return tuple((re.compile(row["href"]), re.compile(row["thesaurus"]), row) for row in codes("keyword_kinds"))


def _laws(keyword: Keyword) -> dict[str, None]:
    """The law that a keyword such as `inspireidentifiziert` says to apply."""
    law = codes("keyword_laws").get(keyword.text.lower())
    return {law: None} if law else {}


def _themes(names: Any) -> dict[str, None]:
    base = vocabulary.iri("theme_taxonomy")
    return {f"{base}/{name}": None for name in names}


def _hvd(keyword: Keyword, found: Found) -> bool:
    """A category of high-value datasets: by IRI, else by its name in any language that the list has."""
    terms = vocabulary.load("hvd_category")
    given = (keyword.link, *keyword.texts.values())
    term = next((term for name in given if (term := terms.find(name))), None)
    if term:
        found.hvd_category[term.uri] = None
    return term is None


def _law(keyword: Keyword, found: Found) -> bool:
    found.applicable_legislation[keyword.link or keyword.text] = None
    return False


def _level(keyword: Keyword, found: Found) -> bool:
    terms = vocabulary.load("political_geocoding_level")
    given = (keyword.link.rpartition("/")[2], *keyword.texts.values())
    term = next((term for name in given if (term := terms.find(name))), None)
    if term:
        found.political_geocoding_level_uri[term.uri] = None
    return False


def _theme(keyword: Keyword, found: Found) -> bool:
    term = next((t for name in (keyword.link, keyword.text) if (t := vocabulary.load("data_theme").find(name))), None)
    if term:
        found.theme[term.uri] = None
    return term is None


def _inspire(keyword: Keyword, found: Found) -> bool:
    """A theme of INSPIRE; the thesaurus of other INSPIRE lists has other names, which match none."""
    link = INSPIRE_THEME.search(keyword.link)
    names = _inspire_names()
    given = (vocabulary.key(text) for text in keyword.texts.values())
    theme = link[1] if link else next((names[name] for name in given if name in names), "")
    found.theme.update(_themes(codes("inspire_themes").get(theme, {}).get("themes", ())))
    return True


@functools.cache
def _inspire_names() -> dict[str, str]:
    return {vocabulary.key(name): code for code, row in codes("inspire_themes").items() for name in row["names"]}


def _free(keyword: Keyword, found: Found) -> bool:
    """A keyword of no list; some are codes of themes all the same."""
    terms = vocabulary.load("data_theme")
    term = terms.by_code(keyword.text) or (terms.find(keyword.text) if OLD_CODE.fullmatch(keyword.text) else None)
    if term:
        found.theme[term.uri] = None
    return term is None


READ = {"hvd": _hvd, "law": _law, "level": _level, "theme": _theme, "inspire": _inspire}
