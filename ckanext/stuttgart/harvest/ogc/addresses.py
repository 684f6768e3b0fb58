"""The addresses of OGC services: the endpoint, requests to it, and the IRIs of what it serves. Pure.

IRIs are made from the endpoint alone, so that a pasted base URL and a pasted GetMap URL lead to the same ids:

    <endpoint>#WFS            the service, as every reader names the services it finds links to
    <endpoint>#WFS/<name>     a feature type of it

The kind keeps WFS and WMS apart, which GeoServer offers at one address with the same names in both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import SplitResult, quote, unquote_plus, urlsplit

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES
from ckanext.stuttgart.harvest.address import joined
from ckanext.stuttgart.harvest.reader import absolute
from ckanext.stuttgart.harvest.walk import inner_address

# Parameters of one request, never of the service itself; all others (map=, language=) are the vendor's and stay.
REQUEST_PARAMETERS = frozenset(
    {
        # OWS Common 1.1; WMTVER is WMS 1.0.0.
        *("service", "request", "version", "wmtver", "acceptversions", "acceptformats", "acceptlanguages"),
        *("sections", "updatesequence", "exceptions"),
        # WFS 1.0.0 to 2.0.2; the last three are GeoServer's.
        *("typename", "typenames", "outputformat", "count", "maxfeatures", "startindex", "resulttype", "srsname"),
        *("bbox", "filter", "filter_language", "featureid", "resourceid", "storedquery_id", "sortby", "propertyname"),
        *("aliases", "namespaces", "valuereference", "traversexlinkdepth", "resolve", "resolvedepth"),
        *("resolvetimeout", "cql_filter", "viewparams", "format_options"),
        # WMS 1.1.1 and 1.3.0, SLD 1.1; the last five are those of servers.
        *("layers", "layer", "styles", "style", "sld", "sld_body", "srs", "crs", "width", "height", "format"),
        *("transparent", "bgcolor", "time", "elevation", "query_layers", "info_format", "feature_count"),
        *("i", "j", "x", "y", "rule", "scale", "tiled", "tilesorigin", "dpi", "map_resolution", "buffer"),
    }
)
_SECRET = re.compile(r"(?i).*(key|token|secret|passw|pwd|credential|signature|session).*|(user(name)?|auth|sid)")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SEPARATOR = re.compile(r"&(?:amp;)*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What need not be escaped in a fragment or in the value of a parameter (RFC 3986).
_PLAIN = ":/,*!()"


def base(url: str, *, public: bool = False) -> str | None:
    """The address of a service without parameters of requests, None where `url` is no http(s) address.

    public  also without user, password and parameters that look like keys, as it may be shown to everybody
    """
    parts = _split(url)
    if parts is None:
        return None
    authority = _authority(parts, with_credentials=not public)
    kept = [piece for piece in _pieces(parts.query) if _name(piece) not in REQUEST_PARAMETERS]
    kept = [piece for piece in kept if not _names_namespaces(piece)]
    if public:
        kept = [piece for piece in kept if not _SECRET.fullmatch(_name(piece))]
    path = _SESSION.sub("", parts.path)
    return f"{parts.scheme.lower()}://{authority}{path}" + (f"?{'&'.join(kept)}" if kept else "")


def request(address: str, parameters: Mapping[str, str]) -> str:
    """An address with parameters, their values escaped where needed."""
    pieces = "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in parameters.items())
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{joint}{pieces}"


def asked(url: str) -> dict[str, str]:
    """The parameters of a URL by their names in lower case, the first value of each."""
    parts = _split(url)
    found: dict[str, str] = {}
    for piece in _pieces(parts.query) if parts else ():
        found.setdefault(_name(piece), unquote_plus(piece.partition("=")[2]).strip("?& "))
    return found


def service_iri(endpoint: str, kind: str) -> str:
    """The IRI of a service of a kind: WFS, WMS, OGC-API."""
    made = f"{endpoint}#{kind}"
    return unicodedata.normalize("NFC", iris.mend(made) or made)


def thing_iri(service: str, name: str) -> str:
    """The IRI of a feature type or layer of a service."""
    return f"{service}/{quote(unicodedata.normalize('NFC', name), safe=_PLAIN)}"


def capabilities(
    url: str, service: str, versions: Sequence[str], rewrites: Iterable[tuple[str, str]] = ()
) -> Iterator[str]:
    """Where the capabilities may be, from what a person pasted: newest version first, then unversioned, then as it is.

    url       also the path of a file, which is read as it is
    rewrites  (pattern, replacement) for web pages and other interfaces of known servers
    """
    own, wanted = base(url), asked(url)
    if own is None:
        yield url
        return
    ready = _is(wanted, "request", "GetCapabilities") and _is(wanted, "service", service)
    if ready:
        yield url
    question = {"service": service, "request": "GetCapabilities"}
    for version in versions:
        yield request(own, {**question, "version": version})
    yield request(own, question)
    for place in _rewritten(url, rewrites):
        yield request(place, {**question, "version": versions[0]})
    if not ready and "request" not in wanted:
        yield url


def likely(url: str, service: str, version: str, rewrites: Iterable[tuple[str, str]] = ()) -> tuple[str, ...]:
    """The addresses at which a service answers if a person pastes `url`, best guess first; () where it names another.

    rewrites  as in `capabilities`
    """
    wanted = asked(url)
    if base(url) is None:
        return (url,)
    if wanted.get("service") and not _is(wanted, "service", service):
        return ()
    if _is(wanted, "request", "GetCapabilities") and wanted.get("service"):
        return (url,)
    found = [next(capabilities(place, service, (version,))) for place in [*_rewritten(url, rewrites), url]]
    return tuple(dict.fromkeys([*found, *([] if "request" in wanted else [url])]))


def endpoint(advertised: str, answered: str | None) -> str | None:
    """The endpoint as everybody may use it: what the service says of itself, mended by where it answered.

    advertised  as it stands in the capabilities, "" where nothing does
    answered    the address the capabilities were read from, None for a file

    Behind proxies servers name inner hosts, other ports and http instead of https.
    """
    own = base(answered, public=True) if answered else None
    named = base(joined(answered or "", advertised), public=True) if advertised else None
    if named is None or own is None:
        return named or own
    here, there = urlsplit(own), urlsplit(named)
    same_host = here.hostname == there.hostname
    # A port beside the one that answered, or an address without the vendor's parameters, is one of the server's own.
    if inner_address(named) or (same_host and here.port != there.port) or (here.path == there.path and not there.query):
        return own
    if here.path == there.path or (same_host and here.scheme == "https"):
        return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()
    return named


def as_iri(text: str) -> str | None:
    """A text as the IRI it is, None where it is none: `de.land:4711` looks like one, but that is no known scheme."""
    made = iris.mend(text)
    return absolute(made) if made and iris.scheme_of(made) in IRI_SCHEMES else None


def web(link: str, answered: str | None = None) -> str:
    """A link of a document as an absolute http(s) or ftp address that the public can open, else ""."""
    made = iris.mend(joined(answered, link) if answered and link else link, web=True)
    return "" if made is None or inner_address(made) else made


def _rewritten(url: str, rewrites: Iterable[tuple[str, str]]) -> list[str]:
    return [re.sub(pattern, to, url) for pattern, to in rewrites if re.search(pattern, url)]


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if usable else None


def _authority(parts: SplitResult, *, with_credentials: bool) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme.lower()] else ""
    credentials = parts.netloc.rpartition("@")[0] if with_credentials else ""
    return (f"{credentials}@" if credentials else "") + host + port


def _pieces(query: str) -> list[str]:
    """The parameters as they stand there: decoding and encoding again would change a vendor's values."""
    return [piece.strip("?") for piece in _SEPARATOR.split(query) if piece.strip("?")]


def _name(piece: str) -> str:
    return piece.partition("=")[0].strip().lower()


def _names_namespaces(piece: str) -> bool:
    """NAMESPACE=xmlns(...) belongs to a WFS 1.1.0 request; GeoServer's namespace=topp is a service of its own."""
    return _name(piece) == "namespace" and "xmlns" in piece.lower()


def _is(wanted: Mapping[str, str], name: str, value: str) -> bool:
    return wanted.get(name, "").lower() == value.lower()
