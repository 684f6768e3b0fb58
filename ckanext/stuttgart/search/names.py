"""Names a query may hold: districts, offices, topics, formats. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ckanext.stuttgart.city import City
from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.search import lexicon
from ckanext.stuttgart.search.analyse import Word, analyse, meaningful

PLACE, OFFICE, TOPIC, FORMAT = "place", "office", "topic", "format"
SHORTEST_ALONE = 5  # letters of a word that may stand alone for a district of two words

# What people call formats -> codes of the list of file types.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "csv": ("CSV",),
    "excel": ("XLSX", "XLS"),
    "xlsx": ("XLSX",),
    "xls": ("XLS",),
    "ods": ("ODS",),
    "json": ("JSON", "GEOJSON"),
    "geojson": ("GEOJSON",),
    "xml": ("XML",),
    "gml": ("GML",),
    "kml": ("KML",),
    "shape": ("SHP",),
    "shapefile": ("SHP",),
    "shp": ("SHP",),
    "geopackage": ("GPKG",),
    "gpkg": ("GPKG",),
    "wms": ("WMS_SRVC",),
    "wfs": ("WFS_SRVC",),
    "rdf": ("RDF", "RDF_TURTLE", "RDF_XML"),
    "pdf": ("PDF",),
    "zip": ("ZIP",),
    "gtfs": ("GTFS",),
}

Key = tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """What a phrase of a query names.

    kind   place, office, topic or format
    value  its id: of a district or office, the theme's IRI, the code of a format
    words  what stands for it in the index
    near   words of datasets that are about all places of its kind
    """

    kind: str
    label: str
    value: str
    words: tuple[Word, ...]
    near: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Names:
    """All names by the stems of the words people write."""

    by_stems: Mapping[Key, Name] = field(default_factory=dict)
    longest: int = 1

    def of(self, words: Sequence[Word]) -> Name | None:
        """What these words name together."""
        return self.by_stems.get(tuple(word.stem for word in words))


@functools.cache
def names(city: City) -> Names:
    """The names of a city's profile, and the formats."""
    found: dict[Key, Name] = {}
    for text, name in (*_formats(), *_topics(city), *_offices(city), *_places(city)):
        found[_key(analyse(text))] = name
    return Names(found, max(map(len, found)))


def theme_labels(city: City, themes: Iterable[str]) -> Iterator[str]:
    """What the city and the EU call the themes of a dataset."""
    by_code = {topic.theme: topic.label for topic in city.topics}
    for iri in themes:
        if term := vocabulary.load("data_theme").find(iri):
            yield term.label("de")
            if label := by_code.get(term.code):
                yield label.de


def _key(words: Iterable[Word]) -> Key:
    return tuple(word.stem for word in words)


def _places(city: City) -> Iterator[tuple[str, Name]]:
    """The districts, a district of two words also by the one that is no common word, and the city itself."""
    near = tuple(word for text in (city.districts.singular.de, city.districts.plural.de) for word in meaningful(text))
    for district in city.districts.members:
        name = Name(PLACE, district.name, district.id, tuple(meaningful(district.name)), near[:1])
        yield district.name, name
        parts = list(meaningful(district.name))
        for word in parts if len(parts) > 1 else ():
            if len(word.exact) >= SHORTEST_ALONE and not lexicon.load().knows(word.exact):
                yield word.surface, name
        yield f"{city.name} {district.name}", name
        yield f"{city.name}-{district.name}", name
    for text in (city.name, city.official_name):
        yield text, Name(PLACE, city.name, "", tuple(meaningful(city.name)))


def _offices(city: City) -> Iterator[tuple[str, Name]]:
    for office in city.offices:
        yield office.title, Name(OFFICE, office.title, office.id, tuple(meaningful(office.title)))


def _topics(city: City) -> Iterator[tuple[str, Name]]:
    for topic in city.topics:
        term = vocabulary.load("data_theme").by_code(topic.theme)
        for label in (topic.label.de, *([term.label("de")] if term else [])):
            yield label, Name(TOPIC, topic.label.de, term.uri if term else "", tuple(meaningful(label)))


def _formats() -> Iterator[tuple[str, Name]]:
    for text, codes in FORMATS.items():
        yield text, Name(FORMAT, codes[0].removesuffix("_SRVC"), codes[0], tuple(w for c in codes for w in analyse(c)))
