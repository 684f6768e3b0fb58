"""The city profile: everything that makes this portal one city's portal, loaded from one YAML file.

The dataclasses below are the schema of the file: same names, same nesting. A key that is missing, unknown or wrong is
refused by its dotted path, all of a file at once. What a city does not know yet stands as ``null`` and is listed by
:meth:`City.open_slots`. Values of code lists stand as full IRIs, as they appear in RDF; only topics name a theme code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml

from ckanext.stuttgart.checked import (
    Email,
    FontFamily,
    FontFile,
    FontWeight,
    ImageFile,
    Iri,
    Language,
    PartialDate,
    RelativeFile,
    Slug,
    Telephone,
    between,
    unique,
)
from ckanext.stuttgart.colours import Palette, too_close
from ckanext.stuttgart.errors import CityProfileError
from ckanext.stuttgart.legal import Legal
from ckanext.stuttgart.typed_yaml import Problems, empty_fields, load_file, one_line, read

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


def _theme(value: str) -> str | None:
    return (
        None if value in THEME_CODES else f"is not an EU theme code: {value!r}; known: {', '.join(sorted(THEME_CODES))}"
    )


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

    west: Annotated[float, between(-180, 180)]
    south: Annotated[float, between(-90, 90)]
    east: Annotated[float, between(-180, 180)]
    north: Annotated[float, between(-90, 90)]


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
    members: Annotated[tuple[District, ...], unique()]


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
class Font:
    """A font file the city serves itself; without one the fonts of the reader's system are used."""

    family: FontFamily
    file: FontFile
    weight: FontWeight
    italic: bool


@dataclass(frozen=True)
class Design:
    """What the city brings of its own look; files beside the profile. `logo_dark` stands on dark grounds."""

    logo: ImageFile | None = field(metadata={"slot": False})
    logo_dark: ImageFile | None = field(metadata={"slot": False})
    favicon: ImageFile | None = field(metadata={"slot": False})
    fonts: tuple[Font, ...]


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
    topics: Annotated[tuple[Topic, ...], unique(), unique("theme")]
    offices: Annotated[tuple[Office, ...], unique()]
    colours: Palette
    design: Design
    pages: Pages
    legal: Legal
    demo: RelativeFile | None = field(metadata={"slot": False})

    def open_slots(self) -> tuple[str, ...]:
        """The dotted keys of all values the city has not given yet."""
        return tuple(empty_fields(self))

    def files(self) -> Iterator[tuple[str, str]]:
        """The dotted key and the name of every file of the city that its pages show: logo, icon, fonts, film."""
        logos = ("logo", "logo_dark", "favicon")
        yield from ((f"design.{key}", name) for key in logos if (name := getattr(self.design, key)))
        yield from ((f"design.fonts[{index}].file", font.file) for index, font in enumerate(self.design.fonts))
        if self.legal.sign_language.film:
            yield "legal.sign_language.film", self.legal.sign_language.film

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
    problems.extend((f"colours.{key}", problem) for key, problem in too_close(city.colours))
    problems.extend(
        (key, f"names a file that is not there: {name!r}") for key, name in city.files() if not city.file(name)
    )
