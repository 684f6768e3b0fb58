"""The feature types of WFS capabilities 1.0.0, 1.1.0 and 2.0.x, and the requests for their features."""

from __future__ import annotations

from typing import Any

from ckanext.stuttgart.harvest.ogc import addresses, formats, service, xml
from ckanext.stuttgart.harvest.ogc.crs import MOST
from ckanext.stuttgart.harvest.ogc.formats import Format
from ckanext.stuttgart.harvest.words import words

ROOTS = ("WFS_Capabilities",)
VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
# Where an operation says its address: as attribute of Get in OWS Common, of the same name in WFS 1.0.0.
ADVERTISED = tuple(
    f"Capability/Request/{name}/DCPType/HTTP/Get@onlineResource" for name in ("GetFeature", "GetCapabilities")
)
CRS_NAMES = ("DefaultCRS", "DefaultSRS", "SRS", "OtherCRS", "OtherSRS")
TYPE_PARAMETER = {"2": "typeNames"}
MOST_FORMATS = 60


def advertised(root: Any) -> str:
    """The address that the service names for GetFeature, else for GetCapabilities."""
    for name in ("GetFeature", "GetCapabilities"):
        for operation in _operations(root, name):
            link = xml.first(operation, ("DCP/HTTP/Get@href",))
            if link:
                return link
    return xml.first(root, ADVERTISED)


def layers(root: Any, answered: str | None) -> list[dict[str, Any]]:
    """Every feature type as JSON values, in the order of the document."""
    common = _formats_of_service(root)
    return [_feature_type(element, common, answered) for element in xml.find(root, "FeatureTypeList/FeatureType")]


def _feature_type(element: Any, common: list[str], answered: str | None) -> dict[str, Any]:
    own_formats = [xml.line(found) for found in xml.find(element, "OutputFormats/Format")]
    systems = [xml.line(found) for name in CRS_NAMES for found in xml.children(element, name)]
    layer = {
        "name": xml.first(element, ("Name",)),
        "title": xml.spoken(element, "Title", one_line=True),
        "abstract": xml.spoken(element, "Abstract"),
        "keywords": service.keywords(element),
        "crs": systems[:MOST],
        "box": _box(element),
        "metadata": service.links(element, "MetadataURL", answered),
        "formats": [name for name in own_formats or common if name][:MOST_FORMATS],
    }
    return {name: value for name, value in layer.items() if value}


def _box(element: Any) -> list[str]:
    for found in xml.children(element, "WGS84BoundingBox"):
        corners = [xml.first(found, (name,)).split() for name in ("LowerCorner", "UpperCorner")]
        return [value for corner in corners for value in corner[:2]]
    for found in xml.children(element, "LatLongBoundingBox"):
        return [xml.attribute(found, name) for name in ("minx", "miny", "maxx", "maxy")]
    return []


def _operations(root: Any, name: str) -> list[Any]:
    return [found for found in xml.find(root, "OperationsMetadata/Operation") if xml.attribute(found, "name") == name]


def _formats_of_service(root: Any) -> list[str]:
    """`outputFormat` of GetFeature: values of a parameter, in WFS 1.0.0 the names of elements."""
    found: list[str] = []
    for operation in [*_operations(root, "GetFeature"), *xml.find(root, "OperationsMetadata")]:
        for parameter in xml.children(operation, "Parameter"):
            if xml.attribute(parameter, "name").lower() == "outputformat":
                found += [xml.line(value) for value in xml.below(parameter, "Value")]
    for result in xml.find(root, "Capability/Request/GetFeature/ResultFormat"):
        found += [xml.local(child.tag) for child in result]
    return list(dict.fromkeys(found))


def distributions(layer: dict[str, Any], about: dict[str, Any]) -> list[dict[str, Any]]:
    """One distribution for each file type, and the service itself."""
    # Every WFS has GML; without a list of formats it is what comes unasked.
    offered = formats.offered(layer.get("formats", ())) or [(formats.GML, "")]
    made = [_distribution(format_, name, layer["name"], about) for format_, name in offered]
    through = {"name": "WFS", "format": "WFS_SRVC", "url": about["endpoint"]}
    return [*made, {**through, "description": words("ogc")["feature_type"].format(name=layer["name"])}]


def _distribution(format_: Format, output: str, name: str, about: dict[str, Any]) -> dict[str, Any]:
    version = about.get("version") or VERSIONS[0]
    parameters = {
        "service": "WFS",
        "version": version,
        "request": "GetFeature",
        TYPE_PARAMETER.get(version[:1], "typeName"): name,
    }
    if output:
        parameters["outputFormat"] = output
    if format_.degrees:
        # The short form: with urn:ogc:def:crs:EPSG::4326 GeoServer turns the axes.
        parameters["srsName"] = "EPSG:4326"
    made = {"name": format_.label, "format": format_.code, "url": addresses.request(about["endpoint"], parameters)}
    if format_.packed:
        made["package_format"] = format_.packed
    if format_.mimetype:
        made["mimetype"] = format_.mimetype
    return made
