"""The output formats of services that people can use: the names servers give them -> file types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.ogc.addresses import asked


@dataclass(frozen=True)
class Format:
    """One file type as WFS servers offer it.

    code     of the list of file types
    label    what people call it
    names    what `outputFormat` may be, as patterns on the name in lower case without blanks, the best first
    packed   media type of the container in which it comes
    mimetype media type of the file itself, where the name of the format is none
    degrees  whether it is to be asked for in EPSG:4326: GeoJSON has no other system (RFC 7946, section 4)
    """

    code: str
    label: str
    names: tuple[str, ...]
    packed: str = ""
    mimetype: str = ""
    degrees: bool = False


# GeoServer, MapServer, deegree, QGIS Server, ArcGIS, XtraServer; the order is that of the list on the page.
FORMATS: tuple[Format, ...] = (
    Format(
        "GEOJSON",
        "GeoJSON",
        (
            r"application/(vnd\.)?geo\+json.*",
            r"geo\+?json",
            r"application/json;subtype=geojson.*",
            r"application/json",
            r"json",
        ),
        mimetype="application/geo+json",
        degrees=True,
    ),
    Format("CSV", "CSV", (r"csv", r"text/csv.*", r"application/csv"), mimetype="text/csv"),
    Format(
        "GPKG",
        "GeoPackage",
        (r"geo?pkg", r"geopackage", r"ogc:gpkg", r"application/(x-)?(gpkg|geopackage).*"),
        mimetype="application/geopackage+sqlite3",
    ),
    Format(
        "SHP",
        "Shape",
        (r"shape?[-_+ ]?zip", r"(esri)?shapefile", r"application/(x-)?(shape|shp).*", r".*shapefile.*", r"shp"),
        packed="application/zip",
    ),
    Format(
        "KML",
        "KML",
        (r"application/vnd\.google-earth\.kml\+xml", r"kml", r"application/vnd\.google-earth\.kml.*"),
        mimetype="application/vnd.google-earth.kml+xml",
    ),
    Format(
        "KMZ", "KMZ", (r"application/vnd\.google-earth\.kmz.*", r"kmz"), mimetype="application/vnd.google-earth.kmz"
    ),
    Format("XLSX", "Excel", (r"excel2007", r"xlsx", r"application/vnd\.openxmlformats.*spreadsheetml.*")),
    Format("ODS", "OpenDocument", (r"ods", r"application/vnd\.oasis\.opendocument\.spreadsheet")),
    Format("DXF", "DXF", (r"dxf", r"(application|image)/(x-|vnd\.)?dxf", r"dxf-zip")),
    Format(
        "GML",
        "GML",
        (
            r"application/gml\+xml;version=\"?'?3\.2.*",
            r"text/xml;subtype=\"?'?gml/3\.2.*",
            r"gml32",
            r"text/xml;subtype=\"?'?gml/3.*",
            r"application/gml\+xml.*",
            r"gml3.*",
            r"text/xml;subtype=\"?'?gml/2.*",
            r"gml2?",
            r"text/xml",
        ),
        mimetype="application/gml+xml",
    ),
)
GML = FORMATS[-1]
_BLANKS = re.compile(r"\s+")


def offered(names: Iterable[str]) -> list[tuple[Format, str]]:
    """The file types a server offers, each with the name to ask for it by, in the order of `FORMATS`."""
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_BLANKS.sub("", name).lower(), name)
    found: list[tuple[Format, str]] = []
    for format_ in FORMATS:
        wanted = (name for pattern in format_.names for name in plain if re.fullmatch(pattern, name))
        name = next(wanted, None)
        if name is not None:
            found.append((format_, plain[name]))
    return found


def file_type(*hints: str) -> str:
    """The code of the file type that the first telling hint means: a media type, a name, an address; "" for none."""
    types = vocabulary.load("file_type")
    for hint in hints:
        term = types.find(hint) if hint else None
        if term:
            return term.code
        wanted = asked(hint)
        known = offered([wanted.get("outputformat") or wanted.get("f") or ""])
        if known:
            return known[0][0].code
    return ""
