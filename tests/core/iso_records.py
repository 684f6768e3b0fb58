"""Small ISO records for the tests of their mapping: every part is a piece of XML, most are made by a function."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.harvest.iso.mapping import Described, describe

GMD = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
DATA, SERVICE = "gmd:MD_DataIdentification", "srv:SV_ServiceIdentification"


def text(name: str, value: str, link: str = "", **others: str) -> str:
    """A property with a text, as Anchor where it has a link, with the texts of other locales (`EN="..."`)."""
    inner = (
        f"<gmx:Anchor xlink:href={quoteattr(link)}>{escape(value)}</gmx:Anchor>"
        if link
        else f"<gco:CharacterString>{escape(value)}</gco:CharacterString>"
    )
    groups = "".join(
        "<gmd:textGroup><gmd:LocalisedCharacterString locale="
        f"{quoteattr('#' + locale)}>{escape(other)}</gmd:LocalisedCharacterString></gmd:textGroup>"
        for locale, other in others.items()
    )
    free = f"<gmd:PT_FreeText>{groups}</gmd:PT_FreeText>" if groups else ""
    return f"<gmd:{name}>{inner}{free}</gmd:{name}>"


def nest(names: str, inner: str) -> str:
    """Elements within each other, by their names from the outermost on."""
    for name in reversed(names.split()):
        inner = f"<{name}>{inner}</{name}>"
    return inner


def code(name: str, list_: str, value: str) -> str:
    return f'<gmd:{name}><gmd:{list_} codeList="x#{list_}" codeListValue={quoteattr(value)}/></gmd:{name}>'


def date(value: str, kind: str) -> str:
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{value}</gco:Date></gmd:date>"
        f"{code('dateType', 'CI_DateTypeCode', kind)}</gmd:CI_Date></gmd:date>"
    )


def identifier(value: str, space: str = "") -> str:
    code_space = text("codeSpace", space) if space else ""
    return f"<gmd:identifier><gmd:RS_Identifier>{text('code', value)}{code_space}</gmd:RS_Identifier></gmd:identifier>"


def party(role: str, name: str = "", person: str = "", email: str = "", within: str = "pointOfContact") -> str:
    mail = text("electronicMailAddress", email) if email else ""
    address = f"<gmd:address><gmd:CI_Address>{mail}</gmd:CI_Address></gmd:address>"
    return (
        f"<gmd:{within}><gmd:CI_ResponsibleParty>{text('individualName', person) if person else ''}"
        f"{text('organisationName', name) if name else ''}"
        f"<gmd:contactInfo><gmd:CI_Contact>{address}</gmd:CI_Contact></gmd:contactInfo>"
        f"{code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty></gmd:{within}>"
    )


def keywords(*words: str, thesaurus: str = "") -> str:
    """A group of keywords; a word may be made by `text`."""
    named = f"<gmd:thesaurusName><gmd:CI_Citation>{text('title', thesaurus)}</gmd:CI_Citation></gmd:thesaurusName>"
    made = "".join(word if word.startswith("<") else text("keyword", word) for word in words)
    inner = f"<gmd:MD_Keywords>{made}{named if thesaurus else ''}</gmd:MD_Keywords>"
    return f"<gmd:descriptiveKeywords>{inner}</gmd:descriptiveKeywords>"


def constraints(*others: str, use: str = "", kind: str = "useConstraints") -> str:
    """Legal constraints; `others` are texts or made by `text`."""
    made = "".join(other if other.startswith("<") else text("otherConstraints", other) for other in others)
    restricted = code(kind, "MD_RestrictionCode", "otherRestrictions")
    inner = f"{text('useLimitation', use) if use else ''}{restricted}{made}"
    return (
        f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{inner}</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )


def extent(inner: str, description: str = "") -> str:
    about = text("description", description) if description else ""
    return f"<gmd:extent><gmd:EX_Extent>{about}{inner}</gmd:EX_Extent></gmd:extent>"


def box(west: Any, east: Any, south: Any, north: Any, code_: str = "true") -> str:
    sides = {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
    inner = "".join(f"<gmd:{name}><gco:Decimal>{value}</gco:Decimal></gmd:{name}>" for name, value in sides.items())
    return (
        "<gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
        f"<gmd:extentTypeCode><gco:Boolean>{code_}</gco:Boolean></gmd:extentTypeCode>{inner}"
        "</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
    )


def place(name: str, link: str = "") -> str:
    return (
        "<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier>"
        f"{text('code', name, link)}</gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription>"
        "</gmd:geographicElement>"
    )


def period(inner: str) -> str:
    return (
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>"
        f"{inner}</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
    )


def link(url: str, protocol: str = "", name: str = "", description: str = "", function: str = "") -> str:
    """One online resource of the distribution."""
    return (
        "<gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>"
        f"<gmd:linkage><gmd:URL>{escape(url)}</gmd:URL></gmd:linkage>"
        f"{text('protocol', protocol) if protocol else ''}{text('name', name) if name else ''}"
        f"{text('description', description) if description else ''}"
        f"{code('function', 'CI_OnLineFunctionCode', function) if function else ''}"
        "</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    )


def format_(name: str) -> str:
    return f"<gmd:distributionFormat><gmd:MD_Format>{text('name', name)}</gmd:MD_Format></gmd:distributionFormat>"


def operation(url: str, name: str = "GetCapabilities") -> str:
    return (
        "<srv:containsOperations><srv:SV_OperationMetadata>"
        f"<srv:operationName><gco:CharacterString>{name}</gco:CharacterString></srv:operationName>"
        f"<srv:connectPoint><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{escape(url)}</gmd:URL></gmd:linkage>"
        "</gmd:CI_OnlineResource></srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>"
    )


def operates_on(href: str = "", uuidref: str = "") -> str:
    return f"<srv:operatesOn xlink:href={quoteattr(href)} uuidref={quoteattr(uuidref)}/>"


def service_type(name: str) -> str:
    return f"<srv:serviceType><gco:LocalName>{name}</gco:LocalName></srv:serviceType>"


def record(
    id_: str = "r1",
    title: str = "Baumkataster",
    *,
    scope: str = "dataset",
    language: str = "ger",
    stamp: str = "2024-05-06",
    head: str = "",
    citation: str = "",
    info: str = "",
    distribution: str = "",
    tail: str = "",
    titled: str | None = None,
) -> str:
    """A record of ISO 19139; `info` goes into the identification, `head` and `tail` before and after it."""
    class_ = SERVICE if scope == "service" else DATA
    languages = f'<gmd:language><gmd:LanguageCode codeListValue="{language}" codeList="x"/></gmd:language>'
    return (
        f"<gmd:MD_Metadata {GMD}>{text('fileIdentifier', id_) if id_ else ''}{languages if language else ''}"
        f"{code('hierarchyLevel', 'MD_ScopeCode', scope) if scope else ''}"
        f"<gmd:dateStamp><gco:Date>{stamp}</gco:Date></gmd:dateStamp>{head}"
        f"<gmd:identificationInfo><{class_}><gmd:citation><gmd:CI_Citation>"
        f"{text('title', title) if titled is None else titled}{citation}</gmd:CI_Citation></gmd:citation>"
        f"{text('abstract', 'Alle Bäume.')}{info}</{class_}></gmd:identificationInfo>"
        f"<gmd:distributionInfo><gmd:MD_Distribution>{distribution}</gmd:MD_Distribution></gmd:distributionInfo>{tail}"
        "</gmd:MD_Metadata>"
    )


def element(xml: str) -> Any:
    """The element of a record."""
    return etree.fromstring(xml)


def described(xml: str) -> Described:
    """What the mapping makes of a record."""
    return describe(element(xml))


def package(xml: str) -> dict[str, Any]:
    """The package as the mapping makes it."""
    return described(xml).package


def normal(xml: str) -> dict[str, Any]:
    """The package as the portal keeps it."""
    return normalise(package(xml)).package


def rules(xml: str) -> list[str]:
    """The rules of the findings."""
    return [finding[0] for finding in described(xml).findings]
