"""IRIs, mail addresses and telephone numbers out of what people type."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

LONGEST = 4000
LONGEST_ADDRESS = 500  # of mail addresses and telephone numbers with what stands around them
# What RFC 3987 allows beyond ASCII in every part of an IRI.
BEYOND_ASCII = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U000dfffd"
PLAIN = rf"A-Za-z0-9\-._~:/?@!$&'()*+,;={BEYOND_ASCII}"


def _run(characters: str) -> str:
    """The pattern of a text of such characters and of escapes, written so that it is matched without trying back."""
    return rf"[{characters}]*(?:%[0-9A-Fa-f]{{2}}[{characters}]*)*"


SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?=.)")
VALID_TAIL = re.compile(rf"{_run(PLAIN)}(?:#{_run(PLAIN)})?")
# What most addresses look like, in which there is nothing to mend. Apostrophes and blanks beyond ASCII are stripped.
_PLAINEST = r"A-Za-z0-9\-._~:/?@!$&()*+,;="
FINE = re.compile(rf"https?://[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?:[/?]{_run(_PLAINEST)})?(?:#{_run(_PLAINEST)})?")
FORBIDDEN = re.compile(rf"[^{PLAIN}#%]|%(?![0-9A-Fa-f]{{2}})")
AUTHORITY = re.compile(
    rf"(?:[\w.~!$&'()*+,;=:-]*@)?(?:\[[0-9A-Fa-f:.]+\]|[\w.~-][\w.~!$&'()*+,;={BEYOND_ASCII}-]*)(?::[0-9]{{0,5}})?"
)
# Line breaks and characters nobody sees, as they come along with copied text.
BLANK = re.compile("[\t\n\r\u00ad\u200b\u2060\ufeff]+")
SECOND = re.compile(r"\s(?:https?|ftp)://", re.IGNORECASE)
WEB = frozenset({"http", "https", "ftp", "ftps", "sftp"})
# Schemes that name things; of any other one cannot tell whether it is one, or the first word of a text.
NAMING = frozenset({"ark", "doi", "geo", "hdl", "info", "isbn", "mailto", "oid", "tag", "tel", "urn", "uuid"})
# These run or open something on the reader's own machine, or mean nothing elsewhere.
REFUSED = frozenset({"javascript", "data", "file", "vbscript", "about", "blob", "view-source", "jar", "localhost"})

MAIL = re.compile(r"[A-Za-z0-9.!$&'*+/=_~-]+@[^\W_][\w-]*(?:\.[\w-]+)+")
MAIL_IN_ANGLES = re.compile(r"<([^<>]*)>\s*$")
AT = re.compile(r"\s*[\[({]\s*(?:at|@|ät)\s*[\])}]\s*", re.IGNORECASE)
DOT = re.compile(r"\s*[\[({]\s*(?:dot|punkt|\.)\s*[\])}]\s*", re.IGNORECASE)
TELEPHONE = re.compile(r"\+?[0-9][0-9.-]{2,30}(?:;ext=[0-9.-]+)?")
DASHES = re.compile(r"\s*[\u2010-\u2015]\s*")
NUMBER_NOISE = re.compile(r"[\s/()\[\]]+")
NUMBER_LABEL = re.compile(r"(?:tel|telefon|fon|phone)\b[.:\s]*", re.IGNORECASE)
TRUNK_ZERO = re.compile(r"^(\+[0-9 ]+)\(0\)")


def scheme_of(text: str) -> str:
    """The scheme of an IRI in lower case, "" for a text without one."""
    found = SCHEME.match(text)
    return found[1].lower() if found else ""


def mend(text: str, *, web: bool = False) -> str | None:
    """The IRI a text means, percent-encoded where an IRI may not hold a character; a valid one unchanged.

    web  True where people are to open it in a browser: only http, https and the FTP family

    None for a relative reference, a scheme that runs code or opens local files, two addresses in one text, and anything
    else of no use.
    """
    if len(text) <= LONGEST and FINE.fullmatch(text):
        return text
    if len(text) > LONGEST:
        return None
    text = BLANK.sub("", text.strip()).strip("<>\"' ")
    if SECOND.search(text):
        return None
    if text[:4].lower() == "www.":
        text = "http://" + text
    scheme = scheme_of(text)
    if not scheme or scheme in REFUSED or "." in scheme or (web and scheme not in WEB):
        return None
    head, tail = text[: len(scheme) + 1], text[len(scheme) + 1 :]
    if scheme in WEB:
        tail = tail.replace("\\", "/")
    if scheme not in WEB and not tail.startswith("//"):
        return head + _encode(tail.strip()) if scheme in NAMING or VALID_TAIL.fullmatch(tail) else None
    if not tail.startswith("//"):
        return None
    authority = re.split(r"[/?#]", tail[2:], maxsplit=1)[0]
    if not AUTHORITY.fullmatch(authority):
        return None
    return f"{head}//{authority}{_encode(tail[2 + len(authority) :])}"


def _encode(tail: str) -> str:
    if VALID_TAIL.fullmatch(tail):
        return tail
    path, hash_, fragment = tail.partition("#")
    encoded = FORBIDDEN.sub(lambda found: quote(found[0], safe="", errors="ignore"), path)
    rest = FORBIDDEN.sub(lambda found: quote(found[0], safe="", errors="ignore"), fragment)
    return encoded + hash_ + rest.replace("#", "%23")


def email(text: str) -> str | None:
    """The bare mail address in `mailto:` IRIs, `Name <address>` and `name (at) example.org`."""
    if len(text) > LONGEST_ADDRESS:
        return None
    text = text.strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0]).strip()
    if not MAIL.fullmatch(text):
        inner = MAIL_IN_ANGLES.search(text)
        text = DOT.sub(".", AT.sub("@", inner[1] if inner else text)).strip()
    return text if MAIL.fullmatch(text) else None


def telephone(text: str) -> str | None:
    """The number with nothing but figures, dots, hyphens and a leading plus, as a `tel:` IRI wants it."""
    if len(text) > LONGEST_ADDRESS:
        return None
    text = text.strip()
    if text[:4].lower() == "tel:":
        text = unquote(text[4:]).strip()
    if TELEPHONE.fullmatch(text):
        return text
    text = text[label.end() :] if (label := NUMBER_LABEL.match(text)) else text
    text = TRUNK_ZERO.sub(r"\1", text)
    text = NUMBER_NOISE.sub("", DASHES.sub("-", text))
    return text if TELEPHONE.fullmatch(text) else None
