"""Capabilities in the hands of a test: small documents of every version, and a service that negotiates them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from tests.core.sources import Site

BASE = "https://geo.example/gdc/Verkehr/ows"
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
EXCEPTION = (
    b'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0"><ows:Exception '
    b'exceptionCode="VersionNegotiationFailed"><ows:ExceptionText>geheim</ows:ExceptionText></ows:Exception>'
    b"</ows:ExceptionReport>"
)
FEATURE_TYPE = """
<FeatureType xmlns:v="http://verkehr.example"><Name>v:{name}</Name><Title>Baustellen</Title>
  <Abstract>Alle Baustellen.</Abstract>
  <ows:Keywords><ows:Keyword>features</ows:Keyword><ows:Keyword>Verkehr</ows:Keyword></ows:Keywords>
  <DefaultCRS>urn:ogc:def:crs:EPSG::25832</DefaultCRS><OtherCRS>urn:ogc:def:crs:EPSG::4326</OtherCRS>
  <ows:WGS84BoundingBox><ows:LowerCorner>9.0 48.6</ows:LowerCorner><ows:UpperCorner>9.4 48.9</ows:UpperCorner>
  </ows:WGS84BoundingBox>{more}</FeatureType>"""


def feature_type(name: str = "baustellen", more: str = "") -> str:
    """A feature type of WFS 2.0.0."""
    return FEATURE_TYPE.format(name=name, more=more)


def wfs(
    types: str = feature_type(), *, get: str = BASE, fees: str = "NONE", constraints: str = "", more: str = ""
) -> bytes:
    """WFS 2.0.0 as GeoServer writes it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="2.0.0" xmlns="http://www.opengis.net/wfs/2.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"
  xmlns:ows="http://www.opengis.net/ows/1.1" {XLINK} updateSequence="7">
<ows:ServiceIdentification><ows:Title>Verkehr</ows:Title><ows:Abstract>Ein Dienst.</ows:Abstract>
  <ows:Keywords><ows:Keyword>Mobilität</ows:Keyword></ows:Keywords>
  <ows:Fees>{fees}</ows:Fees><ows:AccessConstraints>{constraints}</ows:AccessConstraints></ows:ServiceIdentification>
<ows:ServiceProvider><ows:ProviderName>Tiefbauamt</ows:ProviderName><ows:ServiceContact>
  <ows:IndividualName>Erika Muster</ows:IndividualName><ows:ContactInfo><ows:Phone><ows:Voice>+49 711 1</ows:Voice>
  </ows:Phone><ows:Address><ows:ElectronicMailAddress>geo@stadt.example</ows:ElectronicMailAddress></ows:Address>
  </ows:ContactInfo></ows:ServiceContact></ows:ServiceProvider>
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="{get}"/></ows:HTTP>
  </ows:DCP><ows:Parameter name="outputFormat"><ows:AllowedValues>
  <ows:Value>application/gml+xml; version=3.2</ows:Value><ows:Value>SHAPE-ZIP</ows:Value>
  <ows:Value>application/json</ows:Value><ows:Value>csv</ows:Value><ows:Value>text/javascript</ows:Value>
  </ows:AllowedValues></ows:Parameter></ows:Operation>{more}</ows:OperationsMetadata>
<FeatureTypeList>{types}</FeatureTypeList></wfs:WFS_Capabilities>""".encode()


WFS_1_1 = f"""<WFS_Capabilities version="1.1.0" xmlns="http://www.opengis.net/wfs" xmlns:ows="http://www.opengis.net/ows"
  {XLINK}><ows:ServiceIdentification><ows:Title>Dienst</ows:Title></ows:ServiceIdentification>
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP>
  <ows:Get xlink:href="{BASE}?"/></ows:HTTP></ows:DCP>
  <ows:Parameter name="outputFormat"><ows:Value>text/xml; subtype="gml/3.1.1"</ows:Value><ows:Value>GEOJSON</ows:Value>
  </ows:Parameter></ows:Operation></ows:OperationsMetadata>
<FeatureTypeList><FeatureType><Name>v:a</Name><Title>A</Title><DefaultSRS>urn:x-ogc:def:crs:EPSG:25832</DefaultSRS>
  <OtherSRS>EPSG:4326</OtherSRS><ows:WGS84BoundingBox><ows:LowerCorner>9 48</ows:LowerCorner>
  <ows:UpperCorner>10 49</ows:UpperCorner></ows:WGS84BoundingBox>
  <MetadataURL type="TC211" format="text/xml">https://gdi.example/csw?request=GetRecordById&amp;id=abc-1</MetadataURL>
</FeatureType></FeatureTypeList></WFS_Capabilities>""".encode()

WFS_1_0 = f"""<WFS_Capabilities version="1.0.0" xmlns="http://www.opengis.net/wfs"><Service><Name>WFS</Name>
  <Title>Alter Dienst</Title><Abstract>Alt.</Abstract><Keywords>Verkehr, Wege</Keywords>
  <OnlineResource>https://www.stadt.example/geo</OnlineResource><Fees>CC BY 4.0</Fees>
  <AccessConstraints>NONE</AccessConstraints></Service>
<Capability><Request><GetFeature><ResultFormat><GML2/><SHAPE-ZIP/></ResultFormat><DCPType><HTTP>
  <Get onlineResource="{BASE}?request=GetFeature"/></HTTP></DCPType></GetFeature></Request></Capability>
<FeatureTypeList><Operations><Query/></Operations><FeatureType><Name>v:a</Name><Title>A</Title><Abstract>Text</Abstract>
  <Keywords>
    Rad
    Fuß und Weg
  </Keywords><SRS>EPSG:31467</SRS>
  <LatLongBoundingBox minx="9" miny="48" maxx="10" maxy="49"/></FeatureType>
  <FeatureType><Name>v:b</Name><Title>B</Title><SRS>EPSG:31467</SRS>
  <LatLongBoundingBox minx="3500000" miny="5400000" maxx="3600000" maxy="5500000"/></FeatureType></FeatureTypeList>
</WFS_Capabilities>""".encode()


def wms(layers: str, *, version: str = "1.3.0", get: str = BASE, service: str = "", more: str = "") -> bytes:
    """WMS capabilities; up to 1.1.1 with another root and a document type of which nothing may be fetched."""
    old = version < "1.3"
    root = "WMT_MS_Capabilities" if old else "WMS_Capabilities"
    space = "" if old else ' xmlns="http://www.opengis.net/wms"'
    doctype = f'<!DOCTYPE {root} SYSTEM "http://127.0.0.1:9/wms.dtd">' if old else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{doctype}<{root} version="{version}"{space} {XLINK}>
<Service><Name>WMS</Name><Title>Karten</Title><OnlineResource xlink:href="https://www.stadt.example/"/>
  <ContactInformation><ContactPersonPrimary><ContactOrganization>Vermessung</ContactOrganization>
  </ContactPersonPrimary><ContactElectronicMailAddress>geo@stadt.example</ContactElectronicMailAddress>
  </ContactInformation>{service}</Service>
<Capability><Request><GetMap><Format>image/png</Format><DCPType><HTTP><Get>
  <OnlineResource xlink:href="{get}?SERVICE=WMS&amp;"/></Get></HTTP></DCPType></GetMap></Request>{more}
{layers}</Capability></{root}>""".encode()


class Negotiating(Site):
    """A service that answers GetCapabilities for some versions ("" for a request without one), an exception else."""

    def __init__(self, answers: Mapping[str, bytes], otherwise: bytes = EXCEPTION) -> None:
        def play(url: str, _: bytes | None) -> bytes:
            wanted = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
            if wanted.get("request", "").lower() != "getcapabilities":
                return otherwise
            return answers.get(wanted.get("version", ""), otherwise)

        super().__init__(play, "text/xml")


JUNK = (
    "",
    "x",
    " ",
    "nan",
    "1e999",
    "http://[::1",
    "javascript:alert(1)",
    "http://localhost/x?y",
    "ä:ö",
    "::",
    "<",
    '"',
)
JUNK += ("9" * 400, "0 0", "1,2 3,4", '{"id":1}', '{"id":', "EPSG:", "#", "?", "&", "2000/", "//", "%zz", "C:\\x", "..")


def mangled(root: Any, chance: random.Random) -> bytes:
    """The document with some of its elements, texts and attributes removed, doubled or replaced."""
    root = deepcopy(root)
    for _ in range(chance.choice((1, 5, 40))):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        element, other = chance.choice(elements), chance.choice(elements)
        changes: tuple[Callable[[], Any], ...] = (
            lambda e=element: None if e.getparent() is None else e.getparent().remove(e),
            lambda e=element: setattr(e, "text", chance.choice(JUNK)),
            lambda e=element: [e.set(name, chance.choice(JUNK)) for name in e.attrib],
            lambda e=element: [e.attrib.pop(name) for name in list(e.attrib)],
            lambda e=element: [e.remove(child) for child in list(e)],
            lambda e=element, o=other: None if o is root else e.append(deepcopy(o)),
        )
        chance.choice(changes)()
    return etree.tostring(root)
