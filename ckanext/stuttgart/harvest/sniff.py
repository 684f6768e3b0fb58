"""What an answer is, from its content type, first bytes and name, and its text in UTF-8; nothing is parsed."""

from __future__ import annotations

import codecs
import re
from typing import Literal

RdfFormat = Literal["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"]
Kind = RdfFormat | Literal["xml", "json", "html", "text", "empty", "binary"]

RDF_FORMATS: tuple[RdfFormat, ...] = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")

_TYPES: dict[str, Kind] = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/turtle": "turtle",
    "text/n3": "turtle",
    "text/rdf+n3": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
_SUFFIXES: dict[str, Kind] = {
    "ttl": "turtle",
    "n3": "turtle",
    "trig": "trig",
    "nt": "ntriples",
    "nq": "nquads",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "jsonld": "jsonld",
}
# PDF, ZIP (also XLSX), gzip, 7z, PNG, JPEG, OLE (old Office).
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEFORE_ROOT = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)([^>]*)>?")
# RDF/XML may do without rdf:RDF: GeoNetwork sends a lone dcat:CatalogRecord.
_RDF_ROOTS = (b"http://www.w3.org/ns/dcat#", b"http://www.w3.org/1999/02/22-rdf-syntax-ns#")
_IRI_FIRST = re.compile(rb"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*>\s*[<a-z_]|<[^<>\s]*>\s+<[A-Za-z]+://|_:\w+\s")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
# WHATWG Encoding Standard: what is declared as these holds Windows' quotation marks and euro signs.
_LATIN = ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii")
# What spreadsheet programs of German offices write: Windows, Unix, Excel's "CSV (Macintosh)" and "CSV (MS-DOS)".
_OFFICE = ("windows-1252", "iso-8859-15", "mac-roman", "cp850")
_ACCENTS = "éèêáàâóôíúçñëïåøæÉÈÀÂÇ"
_SIGNS = "„“”‚‘«»–—…•€§°²³µ·±×©®"
_LETTER = f"[a-zA-ZäöüÄÖÜß{_ACCENTS}]"
_ODD = re.compile(rf"[^\x00-\x7fäöüÄÖÜß’\xa0\xad{_ACCENTS}{_SIGNS}]|(?<={_LETTER})[{_SIGNS}](?={_LETTER})")
_LD_KEY = re.compile(rb'"@(?:context|id|graph|type)"\s*:')


def sniff(body: bytes, content_type: str = "", name: str = "") -> Kind:
    """Return what `body` is: the bytes win over the declared type, that over the suffix of `name` (a URL or path)."""
    if not body.strip():
        return "empty"
    if body.startswith(_BINARY):
        return "binary"
    head = _ascii(body)
    declared = _TYPES.get(content_type.partition(";")[0].strip().lower()) or _suffix(name)
    markup = _markup(head, declared)
    if markup is not None:
        return markup
    if head[:1] in (b"{", b"["):
        return _braces(head, body, declared)
    line_formats: dict[Kind, Kind] = {"trig": "trig", "nquads": "nquads", "ntriples": "ntriples", "turtle": "turtle"}
    if declared in line_formats:
        return line_formats[declared]
    statement = _without_comments(head)
    if re.match(rb"(?i)(@prefix|@base|prefix|base)\s", statement) or _IRI_FIRST.match(statement):
        return "turtle"
    return "text"


def _suffix(name: str) -> Kind | None:
    path = re.split(r"[?#]", name, maxsplit=1)[0]
    return _SUFFIXES.get(path.rpartition("/")[2].rpartition(".")[2].lower())


def _ascii(body: bytes, most: int = 8192) -> bytes:
    """The first bytes without mark, with the zero bytes of UTF-16 and UTF-32 taken out."""
    head = body[:most]
    for mark, _ in _BOMS:
        if head.startswith(mark):
            head = head[len(mark) :]
            break
    return head.replace(b"\0", b"").lstrip()


def _markup(head: bytes, declared: Kind | None) -> Kind | None:
    if not head.startswith(b"<"):
        return None
    before = _BEFORE_ROOT.match(head)
    rest = head[before.end() :] if before else head
    lines = declared in ("turtle", "trig", "ntriples", "nquads") and len(rest) == len(head)
    if (lines or _IRI_FIRST.match(head)) and not re.match(rb"(?i)<(html|rdf:RDF)\b", head):
        return None
    root = _ROOT.match(rest)
    prefix, name, attributes = root.groups() if root else (b"", b"", b"")
    vocabulary = re.search(rb"xmlns%b\s*=\s*[\"']([^\"']*)" % (b":" + re.escape(prefix) if prefix else b""), attributes)
    if name.lower() in (b"html", b"head", b"body") or re.match(rb"(?i)<!doctype html", head):
        return "html"
    if name == b"RDF" or declared == "rdfxml" or (vocabulary and vocabulary[1] in _RDF_ROOTS):
        return "rdfxml"
    return "xml"


def root_of(body: bytes) -> tuple[str, str]:
    """Return namespace and local name of the root element of XML, ("", "") for anything else; nothing is parsed."""
    # Some servers write their whole document type before it.
    head = _ascii(body, 65_536)
    before = _BEFORE_ROOT.match(head)
    root = _ROOT.match(head[before.end() :] if before else head)
    if not root:
        return "", ""
    prefix, name, attributes = (part or b"" for part in root.groups())
    declared = re.search(rb"xmlns%b\s*=\s*[\"']([^\"']*)" % (b":" + re.escape(prefix) if prefix else b""), attributes)
    return (declared[1] if declared else b"").decode("utf-8", "replace"), name.decode("utf-8", "replace")


def _braces(head: bytes, body: bytes, declared: Kind | None) -> Kind:
    if declared in ("turtle", "trig") and not re.match(rb'[{\[]\s*["{\[]', head):
        return declared
    if declared == "jsonld":
        return "jsonld"
    return "jsonld" if _LD_KEY.search(body.replace(b"\0", b"")) else "json"


def _without_comments(head: bytes) -> bytes:
    return re.sub(rb"^(?:\s*#[^\n]*\n)*\s*", b"", head)


def encoding_of(body: bytes, charset: str | None = None) -> str:
    """Return the encoding of text: its mark, UTF-8 where the bytes are UTF-8, the declared charset, else a guess.

    Servers declare ISO-8859-1 for UTF-8 far more often than the other way round, so the declaration comes third.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding
    zeros = body[:2].count(0)
    if zeros == 1 and body[2:4].count(0) == 1:
        return "utf-16-be" if body[0] == 0 else "utf-16-le"
    declared = "windows-1252" if charset in _LATIN else charset
    for encoding in ("utf-8", declared or "utf-8"):
        try:
            body.decode(encoding)
            return encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return _western(body[:200_000]) or _guessed(body[:200_000])


def _western(body: bytes) -> str | None:
    """The encoding in which what is not ASCII is what German text is made of, None where that is so in none.

    Statistics of whole languages fail here: a table has a handful of umlauts, and ISO-8859-15 differs in one sign.
    """
    most = sum(byte > 0x7F for byte in body) * 1.2

    def cost(encoding: str) -> int:
        text = body.decode(encoding, "replace")
        return 3 * len(_ODD.findall(text)) + sum(map(text.count, _ACCENTS))

    best = min(_OFFICE, key=cost)
    return best if cost(best) <= most else None


def _mostly_utf8(body: bytes) -> bool:
    """Whether few of the signs beyond ASCII are broken: a file put together of parts in two encodings."""
    text = body.decode("utf-8", "replace")
    return 0 < text.count("\ufffd") * 5 <= len(text) - len(text.encode("ascii", "ignore"))


def _guessed(body: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(body).best()
    return best.encoding if best else "windows-1252"


def as_utf8(body: bytes, charset: str | None = None) -> bytes:
    """Return text in UTF-8 without a mark; what cannot be decoded becomes U+FFFD."""
    encoding = encoding_of(body, charset)
    if encoding == "utf-8":
        return body.removeprefix(codecs.BOM_UTF8)
    if not encoding.startswith("utf") and _mostly_utf8(body):
        encoding = "utf-8"
    try:
        text = body.decode(encoding, "replace")
    except LookupError:
        text = body.decode("windows-1252", "replace")
    return text.removeprefix("\ufeff").encode("utf-8", "replace")


def xml_encoding(body: bytes, charset: str | None = None) -> str | None:
    """Return the encoding to force on an XML parser, or None where the document's own mark or declaration is right."""
    if any(body.startswith(mark) for mark, _ in _BOMS) or 0 in body[:4]:
        return None
    declared = _DECLARED.match(body[:200].lstrip())
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    try:
        body.decode(name)
        return None if declared else "utf-8"
    except (UnicodeDecodeError, LookupError):
        return encoding_of(body, charset)
