"""What a WFS or WMS is asked for a look into it: some features as GeoJSON, one picture of the city. Pure."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

FEATURES = 300
WIDTH, HEIGHT = 900, 600

Box = tuple[float, float, float, float]


def request(address: str, code: str, box: Box) -> str:
    """The request for a preview of a service whose address names a layer; nothing where it names none.

    code  WFS_SRVC or WMS_SRVC;  box  west, south, east, north of the picture in degrees
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return ""
    given = {name.lower(): value for name, value in parse_qsl(parts.query)}
    others = {name: value for name, value in given.items() if name not in _OURS}
    layer = given.get("typenames") or given.get("typename") or given.get("layers") or ""
    if not layer:
        return ""
    asked = _features(layer) if code == "WFS_SRVC" else _picture(layer, given.get("styles", ""), box)
    return urlunsplit(parts._replace(query=urlencode({**others, **asked}), fragment=""))


_OURS = frozenset(
    [
        "service",
        "version",
        "request",
        "typename",
        "typenames",
        "layers",
        "styles",
        "outputformat",
        "srsname",
        "count",
        "maxfeatures",
        "bbox",
        "width",
        "height",
        "format",
        "srs",
        "crs",
        "transparent",
    ]
)


def _features(layer: str) -> dict[str, str | int]:
    names = {"typeNames": layer, "outputFormat": "application/json", "srsName": "EPSG:4326", "count": FEATURES}
    return {"service": "WFS", "version": "2.0.0", "request": "GetFeature", **names}


def _picture(layer: str, style: str, box: Box) -> dict[str, str | int]:
    """Version 1.1.1, which has longitude before latitude."""
    image = {"format": "image/png", "srs": "EPSG:4326", "width": WIDTH, "height": HEIGHT}
    place = {"layers": layer, "styles": style, "bbox": ",".join(str(number) for number in box)}
    return {"service": "WMS", "version": "1.1.1", "request": "GetMap", **place, **image}
