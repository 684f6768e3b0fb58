"""The layers of WMS capabilities 1.0.0 to 1.3.0, with what they inherit from the layers around them."""

from __future__ import annotations

from typing import Any

from ckanext.stuttgart.harvest.ogc import service, xml
from ckanext.stuttgart.harvest.ogc.crs import MOST
from ckanext.stuttgart.harvest.words import words

ROOTS = ("WMS_Capabilities", "WMT_MS_Capabilities")
VERSIONS = ("1.3.0", "1.1.1")
ADVERTISED = (
    "Capability/Request/GetMap/DCPType/HTTP/Get/OnlineResource@href",
    "Capability/Request/GetCapabilities/DCPType/HTTP/Get/OnlineResource@href",
    "Capability/Request/Map/DCPType/HTTP/Get@onlineResource",
    "Capability/Request/Capabilities/DCPType/HTTP/Get@onlineResource",
)
_GEOGRAPHIC = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
_CORNERS = ("minx", "miny", "maxx", "maxy")
# Now and open ends, as servers write them in the time dimension.
_OPEN = ("present", "now", "current", "..", "")


def advertised(root: Any) -> str:
    """The address that the service names for GetMap, else for GetCapabilities."""
    return xml.first(root, ADVERTISED)


def layers(root: Any, answered: str | None) -> list[dict[str, Any]]:
    """Every layer that is a dataset, and those that lack a name, as JSON values, in the order of the document.

    A layer with named layers in it is a folder; it counts as a dataset beside them only where it names metadata or an
    identifier of its own. Box, reference systems, attribution, authorities and time are inherited
    (WMS 1.3.0, section 7.2.4.8, table 7), title and keywords are not.
    """
    found: list[dict[str, Any]] = []
    start = {"latitude_first": root.get("version", "").startswith("1.3")}
    waiting = [(element, start) for element in reversed(xml.find(root, "Capability/Layer"))]
    while waiting:
        element, above = waiting.pop()
        inherited = _inherited(element, above)
        inner = xml.children(element, "Layer")
        layer = _layer(element, inherited, answered)
        folder = any(xml.children(child, "Name") for part in inner for child in xml.below(part, "Layer"))
        if not folder or layer.get("metadata") or layer.get("identifiers"):
            found.append(layer)
        waiting.extend((child, inherited) for child in reversed(inner))
    return found


def _layer(element: Any, inherited: dict[str, Any], answered: str | None) -> dict[str, Any]:
    authorities = inherited["authorities"]
    identifiers = [
        {"code": xml.line(found), "namespace": authorities.get(xml.attribute(found, "authority"), "")}
        for found in xml.children(element, "Identifier")
    ]
    layer = {
        "name": xml.first(element, ("Name",)),
        "title": xml.spoken(element, "Title", one_line=True),
        "abstract": xml.spoken(element, "Abstract"),
        "keywords": service.keywords(element),
        "metadata": service.links(element, "MetadataURL", answered),
        "data": service.links(element, "DataURL", answered),
        "identifiers": [entry for entry in identifiers if entry["code"]],
        **{name: inherited[name] for name in ("crs", "box", "attribution", "time") if inherited.get(name)},
    }
    return {name: value for name, value in layer.items() if value}


def _inherited(element: Any, above: dict[str, Any]) -> dict[str, Any]:
    """What holds for this layer and, unless they say otherwise, for those in it."""
    own = [xml.line(found) for name in ("CRS", "SRS") for found in xml.children(element, name)[:MOST]]
    authorities = {
        xml.attribute(found, "name"): xml.first(found, ("OnlineResource@href",))
        for found in xml.children(element, "AuthorityURL")
    }
    return {
        "latitude_first": above["latitude_first"],
        "crs": own or above.get("crs", []),
        "box": _box(element, latitude_first=above["latitude_first"]) or above.get("box", []),
        "attribution": xml.first(element, ("Attribution/Title",)) or above.get("attribution", ""),
        "time": _time(element) or above.get("time", []),
        "authorities": above.get("authorities", {}) | authorities,
    }


def _box(element: Any, *, latitude_first: bool) -> list[str]:
    for found in xml.children(element, "EX_GeographicBoundingBox"):
        return [xml.first(found, (name,)) for name in _GEOGRAPHIC]
    for found in xml.children(element, "LatLonBoundingBox"):
        return [xml.attribute(found, name) for name in _CORNERS]
    for found in xml.children(element, "BoundingBox"):
        system = (xml.attribute(found, "CRS") or xml.attribute(found, "SRS")).upper()
        corners = [xml.attribute(found, name) for name in _CORNERS]
        if system == "CRS:84" or (system == "EPSG:4326" and not latitude_first):
            return corners
        if system == "EPSG:4326":
            return [corners[1], corners[0], corners[3], corners[2]]
    return []


def _time(element: Any) -> list[str]:
    """Start and end of the time dimension: `a/b/period`, or a list of moments (WMS 1.3.0, annex C)."""
    for found in [*xml.children(element, "Dimension"), *xml.children(element, "Extent")]:
        moments = [part.strip() for part in xml.line(found).split(",")]
        if xml.attribute(found, "name").lower() != "time" or not any(moments):
            continue
        first, last = moments[0].split("/"), moments[-1].split("/")
        ends = [first[0], last[1] if len(last) > 1 else last[0]]
        return ["" if end.lower() in _OPEN else end for end in ends]
    return []


def distributions(layer: dict[str, Any], about: dict[str, Any]) -> list[dict[str, Any]]:
    """The layer through the service, and the files it names as its data."""
    through = {
        "name": "WMS",
        "format": "WMS_SRVC",
        "url": about["endpoint"],
        "description": words("ogc")["layer"].format(name=layer["name"]),
    }
    return [through, *({"url": url, "download_url": [url]} for url in layer.get("data", ()))]
