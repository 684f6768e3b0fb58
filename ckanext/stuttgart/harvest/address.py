"""Which addresses the portal may read from: public ones, and inner ones that the operator names. Pure, no look-ups."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from ckanext.stuttgart.errors import SourceRefused

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HOST = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?|[0-9a-f]*:[0-9a-f:.]+(%\w+)?", re.ASCII | re.IGNORECASE)
_SECRET = re.compile(r"(?i)(key|token|secret|pass|pwd|auth|sig|session|credential|user|login)[^=&]*=[^&]*")


@dataclass(frozen=True)
class Target:
    """A URL taken apart for the wire: ASCII host, port, path with query, and credentials (`user:password`) if any."""

    scheme: str
    host: str
    port: int
    path: str
    credentials: str | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials are bound to."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL without credentials and fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and port as in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


def shown(url: str) -> str:
    """Return `url` as error texts show it: no credentials, no secrets in the query, one line, 300 characters."""
    plain = re.sub(r"[\x00-\x20]+", " ", url)
    # Up to the last @ before the path, since passwords may hold @ themselves.
    plain = re.sub(r"//[^/?]*@", "//", plain, count=1).split("#")[0]
    path, mark, query = plain.partition("?")
    return (path + mark + _SECRET.sub(r"\1=…", query))[:300]


def target(url: str) -> Target:
    """Take a http(s) URL or IRI apart. Raises SourceRefused for all else."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        # A password with a slash ends up in the port.
        raise SourceRefused(shown(re.sub(r"//.*@", "//", url)), "is no valid URL") from None
    if parts.scheme not in ("http", "https"):
        raise SourceRefused(shown(url), "is not read, only http and https addresses are")
    if not host:
        raise SourceRefused(shown(url), "is a URL without a host")
    return Target(
        parts.scheme,
        _ascii(host, url),
        port or (80 if parts.scheme == "http" else 443),
        _path(parts),
        parts.netloc.rpartition("@")[0] or None,
    )


def joined(base: str, link: str) -> str:
    """Resolve `link` against `base`; a link that is no URL at all stays as it is and is refused by `target`."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link


def _ascii(host: str, url: str) -> str:
    if ":" in host or host.isascii():
        if _HOST.fullmatch(host):
            return host.lower()
        raise SourceRefused(shown(url), "is a URL with an invalid host")
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise SourceRefused(shown(url), "is a URL with an invalid host") from None


def _path(parts: SplitResult) -> str:
    whole = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # A percent sign that escapes nothing stands for itself.
    return quote(re.sub("%(?![0-9a-fA-F]{2})", "%25", whole), safe="%/:?#[]@!$&'()*+,;=~|")


@dataclass(frozen=True)
class Allowed:
    """Inner hosts that may be read: `host`, `host:port`, `address` or a network such as `10.1.0.0/16`."""

    names: frozenset[str]
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> Allowed:
        """Raises ValueError naming the entry that is neither a host nor a network."""
        names, networks = set(), []
        for entry in (entry.strip().lower() for entry in entries):
            if "/" in entry:
                networks.append(ipaddress.ip_network(entry, strict=False))
            elif re.fullmatch(r"(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?|[0-9a-f:.]+", entry):
                names.add(entry)
            else:
                raise ValueError(f"{entry!r} is neither a host nor a network")
        return cls(frozenset(names), tuple(networks))

    def host(self, host: str, port: int) -> bool:
        """Whether the operator named this host, whatever its address is."""
        written = f"[{host}]" if ":" in host else host
        return not self.names.isdisjoint({host, written, f"{written}:{port}"})

    def permits(self, host: str, port: int, address: str) -> bool:
        """Whether a connection to `address`, to which `host` was resolved, may be made."""
        found = ipaddress.ip_address(address)
        if self.host(host, port) or any(found in network for network in self.networks):
            return True
        return all(_public(each) for each in _unwrapped(found))


def _public(address: IPAddress) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    )


def _unwrapped(address: IPAddress) -> list[IPAddress]:
    """The address and the IPv4 addresses it carries inside: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner: list[IPAddress | None] = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        # Python counts the translation prefix as reserved; what counts is the address behind it.
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, *(each for each in inner if each is not None)]
