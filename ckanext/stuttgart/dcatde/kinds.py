"""One value of each kind of the model's rows, out of whatever stands in a field: a table of small functions."""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from rdflib import RDF, XSD

from ckanext.stuttgart.dcatde import dates, geometry, iris, vocabulary
from ckanext.stuttgart.dcatde.findings import Severity
from ckanext.stuttgart.dcatde.model import Row
from ckanext.stuttgart.dcatde.values import IRI, MEDIA

# XML 1.0 cannot carry these, nor UTF-8 the lone surrogates.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_NUMBER = 40
CACHED = 1000  # longer texts are converted each time, so that no cache holds on to them
DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
SCIENTIFIC = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?e[+-]?\d{1,2}", re.ASCII | re.IGNORECASE)
GERMAN_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d+),(\d+)", re.ASCII)
# One group of three after a point, as in 1.234 and 1.000, may be thousands or a fraction.
WHOLE = re.compile(r"\+?(?:(\d{1,30})(?:\.(?:0{0,2}|0{4,30}))?|(\d{1,3}(?:\.\d{3}){2,9}))", re.ASCII)
DURATION = re.compile(r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII)
MEDIA_TYPES = "/media-types/"  # ends the address of every list of them: IANA's, and INSPIRE's
WEEKS = re.compile(r"P(\d{1,6})W", re.ASCII)
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Rows whose value people open in a browser.
WEB = frozenset(
    {
        "dcat:accessURL",
        "dcat:downloadURL",
        "dcat:endpointURL",
        "dcat:endpointDescription",
        "dcat:landingPage",
        "foaf:homepage",
        "foaf:page",
        "vcard:hasURL",
    }
)
# A text such as `Hinweis:frei` is no IRI, though it looks like one.
IRI_SCHEMES = iris.WEB | iris.NAMING


class Made(NamedTuple):
    """A converted value; None where the row cannot carry it.

    rule      of the finding: what was mended, or why it is left out; "" where nothing is to be said
    severity  of that finding
    """

    value: Any
    rule: str = ""
    severity: Severity = "notice"


NOTHING = Made(None)


def clean(text: str) -> str:
    """Without characters RDF cannot carry, with plain line ends, without blanks at both ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if UNPRINTABLE.search(text):
        text = UNPRINTABLE.sub("", text)
    return text.strip()


def text_of(value: Any) -> str | None:
    """A string or number as clean text, None for any other type."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    return (
        (str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value))
        if math.isfinite(value)
        else None
    )


def reference(value: Any) -> Any:
    """The IRI of a thing given as a dict with `uri`, any other value as it is."""
    return value.get("uri") if isinstance(value, Mapping) else value


def shown(value: Any) -> str:
    """A value for a Finding: its text, at most 500 characters."""
    if isinstance(value, str):
        return clean(value[:500])
    try:
        return clean(json.dumps(value, ensure_ascii=False, default=str)[:500])
    except (RecursionError, ValueError, TypeError):
        return type(value).__name__


Convert = Callable[[Any], Made]


def converter(row: Row) -> Convert:
    """The function that makes any value one of the row's kind."""
    return KINDS[row.kind](row)


def own_iri(value: Any, schemes: frozenset[str] | None = None) -> str | None:
    """The IRI a node is named by, None for anything that is none or has another scheme than those asked for."""
    text = text_of(value)
    made = iris.mend(text) if text else None
    return made if made and (schemes is None or iris.scheme_of(made) in schemes) else None


def datatype(value: Any) -> str:
    """The IRI of a literal's datatype, "" for a plain string and for the types of RDF itself."""
    made = own_iri(value) or ""
    return "" if made.startswith(str(RDF)) or made == str(XSD.string) else made


def _plain(made: Callable[[Row, str], Made], wrong: str = "value_of_wrong_type") -> Callable[[Row], Convert]:
    """A function on clean text made one on any value: `wrong` is the rule where it is no text at all."""

    def bind(row: Row) -> Convert:
        def converted(value: str) -> Made:
            text = clean(value)
            if not text:
                return NOTHING
            found = made(row, text)
            cleaned = text is not value and UNPRINTABLE.search(value)
            return Made(text, "text_cleaned") if cleaned and found == (text, "", "notice") else found

        cached = functools.lru_cache(maxsize=2048)(converted)

        def convert(value: Any) -> Made:
            text = value if isinstance(value, str) else text_of(reference(value))
            if text is None:
                return Made(None, wrong, "warning")
            found = cached(text) if len(text) <= CACHED else converted(text)
            if found.rule or not has_more(value, "uri"):
                return found
            return found._replace(rule="rest_dropped") if found.value is not None else Made(None, wrong, "warning")

        return convert

    return bind


def has_more(value: Any, key: str, *known: str) -> bool:
    """True for a dict that says something beside one key and those whose loss is none."""
    return isinstance(value, Mapping) and any(
        name not in (key, *known) and inner not in (None, "", [], {}) for name, inner in value.items()
    )


def _any(made: Callable[[Row, Any], Made]) -> Callable[[Row], Convert]:
    """A function that looks at the type of the value itself."""
    return lambda row: lambda value: made(row, value)


def _changed(text: Any, value: Any, mended: str, lost: str) -> Made:
    if value is None:
        return Made(None, lost, "warning")
    return Made(value, "" if value == text else mended)


def _literal(row: Row, text: str) -> Made:
    return Made(text)


def _date(row: Row, text: str) -> Made:
    return _changed(text, dates.iso(text), "date_mended", "date_unreadable")


def _integer(row: Row, value: Any) -> Made:
    """A size in bytes: `12.0` is a float that was stored as text, `1.234.567` is German."""
    text = text_of(value)
    if text == "":
        return NOTHING
    if text and SCIENTIFIC.fullmatch(text):
        text = f"{Decimal(text):f}"
    found = WHOLE.fullmatch(text) if text else None
    number = int(found[1] or found[2].replace(".", "")) if found else None
    if number is None or number >= 10**18:  # eighteen figures are what every reader of RDF holds
        return Made(None, "number_unreadable", "warning")
    return Made(number, "" if value in (number, str(number)) else "number_mended")


def _decimal(row: Row, text: str) -> Made:
    if len(text) > LONGEST_NUMBER:
        return Made(None, "number_unreadable", "warning")
    made = text
    if german := GERMAN_DECIMAL.fullmatch(text):
        made = f"{german[1].replace('.', '')}.{german[2]}"
    elif SCIENTIFIC.fullmatch(text):
        made = f"{Decimal(text):f}"
    sound = DECIMAL.fullmatch(made) and len(made) <= LONGEST_NUMBER
    return _changed(text, made if sound else None, "number_mended", "number_unreadable")


def _duration(row: Row, text: str) -> Made:
    """A duration of XML Schema, which knows no weeks."""
    if len(text) > LONGEST_NUMBER:
        return Made(None, "duration_unreadable", "warning")
    made = text.upper().replace(",", ".")
    if weeks := WEEKS.fullmatch(made):
        made = f"P{7 * int(weeks[1])}D"
    return _changed(text, made if DURATION.fullmatch(made) else None, "duration_mended", "duration_unreadable")


def _hex(row: Row, text: str) -> Made:
    return _changed(text, text if HEX.fullmatch(text) else None, "", "checksum_unreadable")


def _wkt(row: Row, value: Any) -> Made:
    if isinstance(value, str):
        value = clean(value)
        if not value:
            return NOTHING
    return _changed(value, geometry.wkt(value, box=row.field != "centroid"), "geometry_mended", "geometry_unreadable")


def _iri(row: Row, text: str) -> Made:
    return _changed(text, iris.mend(text, web=row.curie in WEB), "iri_mended", "iri_unusable")


def _ref(row: Row, text: str) -> Made:
    return _changed(text, iris.mend(text), "iri_mended", "reference_unusable")


def _statement(row: Row, text: str) -> Made:
    """An IRI, or a text; a text must not be taken for an IRI by those who read it next."""
    scheme = text.partition(":")[0].lower() if IRI.fullmatch(text) else ""
    if scheme in iris.REFUSED:
        return Made(None, "iri_unusable", "warning")
    if scheme in IRI_SCHEMES or ADDRESS.fullmatch(text):
        made = iris.mend(text)
        if made is not None:
            return Made(made, "" if made == text else "iri_mended")
    return Made(text.replace(":", ": ", 1), "text_mended") if scheme else Made(text)


def _concept(row: Row, text: str) -> Made:
    terms = vocabulary.load(row.vocabulary)
    term = terms.find(text)
    if term is not None:
        value = term.code if row.stored == "code" else term.uri
        return Made(value, "" if value == text else "concept_mended")
    if terms.says_nothing(text):
        return Made(None, "value_says_nothing")
    made = iris.mend(text) if row.foreign else None
    if made is None or iris.scheme_of(made) not in IRI_SCHEMES:
        return Made(None, "concept_unknown", "warning")
    return Made(made, "concept_foreign", "warning")


def _media(row: Row, text: str) -> Made:
    name = text.partition(";")[0].strip().rstrip("/").lower()
    name = name.rpartition(MEDIA_TYPES)[2]
    if name not in vocabulary.media_types():
        term = vocabulary.load("file_type").find(name)
        name = term.extra.get("media_type", "") if term else ""
    if not MEDIA.fullmatch(name):
        return Made(None, "media_unknown", "warning")
    return Made(name, "" if name == text else "media_mended")


def _email(row: Row, text: str) -> Made:
    return _changed(text, iris.email(text), "email_mended", "email_unusable")


def _tel(row: Row, text: str) -> Made:
    return _changed(text, iris.telephone(text), "telephone_mended", "telephone_unusable")


KINDS: dict[str, Callable[[Row], Convert]] = {
    "text": _plain(_literal),
    "literal": _plain(_literal),
    "date": _plain(_date, "date_unreadable"),
    "integer": _any(_integer),
    "decimal": _plain(_decimal, "number_unreadable"),
    "duration": _plain(_duration, "duration_unreadable"),
    "hex": _plain(_hex, "checksum_unreadable"),
    "wkt": _any(_wkt),
    "iri": _plain(_iri),
    "ref": _plain(_ref),
    "concept": _plain(_concept),
    "media": _plain(_media),
    "statement": _plain(_statement),
    "email": _plain(_email),
    "tel": _plain(_tel),
}
