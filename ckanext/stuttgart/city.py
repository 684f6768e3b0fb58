"""The city profile: everything that makes this portal one city's portal, loaded from one YAML file.

The dataclasses below are the schema of the file: same names, same nesting. A key that is missing, unknown or wrong is
refused by its dotted path, all of a file at once. What a city does not know yet stands as ``null`` and is listed by
:meth:`City.open_slots`. Values of code lists stand as full IRIs, as they appear in RDF; only topics name a theme code.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml

from ckanext.stuttgart.errors import CityProfileError
from ckanext.stuttgart.typed_yaml import Check, Problems, empty_fields, load_file, one_line, read

CONFIG_PACKAGE = "ckanext.stuttgart.config"

#: The codes of the EU vocabulary of data themes; labels and addresses stand in the vocabulary itself.
THEME_CODES = frozenset(
    [
        "AGRI",
        "ECON",
        "EDUC",
        "ENER",
        "ENVI",
        "GOVE",
        "HEAL",
        "INTR",
        "JUST",
        "OP_DATPRO",
        "REGI",
        "SOCI",
        "TECH",
        "TRAN",
    ]
)


def _matching(pattern: str, problem: str) -> Check:
    """A check: the whole text has to match `pattern`, else it "must be" `problem`."""
    compiled = re.compile(pattern)
    return lambda value: None if compiled.fullmatch(value) else f"must be {problem}, not {value[:60]!r}"


def _between(low: float, high: float) -> Check:
    return lambda value: None if low <= value <= high else f"must lie between {low:g} and {high:g}, not {value:g}"


def _theme(value: str) -> str | None:
    return (
        None if value in THEME_CODES else f"is not an EU theme code: {value!r}; known: {', '.join(sorted(THEME_CODES))}"
    )


def _unique(attribute: str = "id") -> Check:
    """A check for lists: no two members share the same `attribute`."""

    def check(members: tuple[object, ...]) -> str | None:
        values = [getattr(member, attribute) for member in members]
        twice = sorted({value for value in values if values.count(value) > 1})
        return f"has the same {attribute} more than once: {', '.join(twice)}" if twice else None

    return check


Iri = Annotated[str, _matching(r'https?://[^\s<>"{}|\\^`/]+\.?[^\s<>"{}|\\^`]*', "an http or https IRI without blanks")]
Slug = Annotated[str, _matching(r"[a-z0-9][a-z0-9_-]{1,99}", "a name of small letters, digits, '-' and '_'")]
Colour = Annotated[str, _matching(r"#[0-9a-f]{6}", "a colour like '#00567a'")]
Email = Annotated[str, _matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
Telephone = Annotated[
    str, _matching(r"\+[0-9][0-9 ()/-]{4,}", "a telephone number in international form, like '+49 ...'")
]
Language = Annotated[str, _matching(r"[a-z]{2}", "a language code of two letters")]
PartialDate = Annotated[str, _matching(r"\d{4}(-\d\d(-\d\d)?)?", 'a year, month or day in quotes, like "2026-11"')]
RelativeFile = Annotated[str, _matching(r"(?!.*\.\.)[\w-][\w./-]*\.\w+", "a file name relative to the profile")]


@dataclass(frozen=True)
class Text:
    """A text in the languages of the portal; German is the one that is always there."""

    de: str
    en: str | None

    def get(self, language: str) -> str:
        """The text in `language`, else in German."""
        return getattr(self, language.split("_", maxsplit=1)[0].lower(), None) or self.de


@dataclass(frozen=True)
class Portal:
    """What the portal is called; the description is also the catalogue's own in RDF."""

    title: Text
    tagline: Text
    description: Text


@dataclass(frozen=True)
class Publisher:
    """Who releases the catalogue; without `uri` the portal makes one."""

    name: str
    uri: Iri | None = field(metadata={"slot": False})
    type: Iri


@dataclass(frozen=True)
class Contact:
    """Where questions about the portal go."""

    name: str
    email: Email | None
    url: Iri | None
    telephone: Telephone | None


@dataclass(frozen=True)
class Geocoding:
    """The official keys of the city; RDF names those that are set."""

    level: Iri
    state_key: Iri | None
    district_key: Iri | None
    municipality_key: Iri | None
    regional_key: Iri | None
    eu_place: Iri | None


@dataclass(frozen=True)
class BoundingBox:
    """The extent of the city in degrees (WGS 84)."""

    west: Annotated[float, _between(-180, 180)]
    south: Annotated[float, _between(-90, 90)]
    east: Annotated[float, _between(-180, 180)]
    north: Annotated[float, _between(-90, 90)]


@dataclass(frozen=True)
class District:
    """One district; `inner` tells the inner ones of a city that parts them so."""

    id: Slug
    name: str
    inner: bool


@dataclass(frozen=True)
class Districts:
    """What the city calls its districts, and which there are."""

    singular: Text
    plural: Text
    members: Annotated[tuple[District, ...], _unique()]


@dataclass(frozen=True)
class Languages:
    """Languages of the portal as codes of two letters, the default one among those offered."""

    default: Language
    offered: tuple[Language, ...]


@dataclass(frozen=True)
class Law:
    """A law or decision the city publishes its data under."""

    title: str
    uri: Iri | None


@dataclass(frozen=True)
class Catalogue:
    """The catalogue's own metadata beside title, description and publisher; without `homepage` it is ckan.site_url."""

    licence: Iri
    issued: PartialDate | None
    availability: Iri
    homepage: Iri | None = field(metadata={"slot": False})


@dataclass(frozen=True)
class Topic:
    """A city's word for an EU theme, its icon and a query that shows what is in it."""

    id: Slug
    label: Text
    theme: Annotated[str, _theme]
    icon: Slug
    example: str


@dataclass(frozen=True)
class Office:
    """An office that supplies data; `id` is the name of its CKAN organization."""

    id: Slug
    title: str


@dataclass(frozen=True)
class Colours:
    """One scheme of colours by role; `on_...` is the text colour on that ground."""

    primary: Colour
    on_primary: Colour
    accent: Colour
    on_accent: Colour
    surface: Colour
    raised: Colour
    text: Colour
    muted: Colour
    link: Colour
    border: Colour
    focus: Colour


@dataclass(frozen=True)
class Palette:
    """The colours of the portal, light and dark."""

    light: Colours
    dark: Colours


@dataclass(frozen=True)
class Pages:
    """The files of the portal's own pages; a file that is not there yet leaves its page out."""

    imprint: RelativeFile | None
    privacy: RelativeFile | None
    accessibility: RelativeFile | None
    plain_language: RelativeFile | None
    sign_language: RelativeFile | None
    terms: RelativeFile | None
    help: RelativeFile | None
    about: RelativeFile | None


@dataclass(frozen=True)
class City:
    """A city profile. `folder` is where its files are looked for first."""

    folder: Path = field(metadata={"yaml": False})
    name: str
    official_name: str
    portal: Portal
    publisher: Publisher
    contact: Contact
    contributor_id: Iri | None
    geocoding: Geocoding
    bounding_box: BoundingBox | None
    districts: Districts
    languages: Languages
    licence: Iri
    legal_basis: tuple[Law, ...]
    catalogue: Catalogue
    topics: Annotated[tuple[Topic, ...], _unique(), _unique("theme")]
    offices: Annotated[tuple[Office, ...], _unique()]
    colours: Palette
    pages: Pages
    demo: RelativeFile | None = field(metadata={"slot": False})

    def open_slots(self) -> tuple[str, ...]:
        """The dotted keys of all values the city has not given yet."""
        return tuple(empty_fields(self))

    def file(self, name: str | None) -> Path | None:
        """A file named in the profile: beside the profile, else among the shipped ones, else None."""
        candidates = [folder / name for folder in (self.folder, config_folder())] if name else []
        return next((path for path in candidates if path.is_file()), None)


def load(path_or_name: str | Path) -> City:
    """The profile in a file, or by its bare name among the shipped ones; raises :class:`CityProfileError`."""
    path = _path(path_or_name)
    try:
        data = load_file(path)
    except OSError as error:
        raise CityProfileError(path, "", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise CityProfileError(path, "", "is not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise CityProfileError(path, "", f"is not valid YAML: {one_line(error)}") from error
    problems: Problems = []
    city = read(City, data, problems, folder=path.parent)
    if city is not None:
        _check_together(city, problems)
    if city is None or problems:
        raise CityProfileError.of(path, problems)
    return city


@functools.cache
def config_folder() -> Path:
    """The folder of the shipped profiles and everything they name."""
    return Path(str(resources.files(CONFIG_PACKAGE)))


def _path(path_or_name: str | Path) -> Path:
    if isinstance(path_or_name, str) and re.fullmatch(r"[\w-]+", path_or_name):
        return config_folder() / f"{path_or_name}.yaml"
    return Path(path_or_name)


def _check_together(city: City, problems: Problems) -> None:
    """What only shows between values."""
    if city.languages.default not in city.languages.offered:
        problems.append(("languages.default", f"is not among the offered languages: {city.languages.default!r}"))
    box = city.bounding_box
    if box and (box.west >= box.east or box.south >= box.north):
        problems.append(("bounding_box", "has no extent: west must be below east, south below north"))
    if city.demo and not city.file(city.demo):
        problems.append(("demo", f"names a file that is not there: {city.demo!r}"))
