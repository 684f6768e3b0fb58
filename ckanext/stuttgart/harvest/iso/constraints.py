"""Legal and security constraints: licence, attribution text, rights, access rights.

The licence is that of the JSON blocks of GDI-DE; without one, what links, addresses and names in the texts say. Where
they name different licences the narrower one counts: a closed one before an open one, else the first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.iso.licence_json import Block, blocks, without_blocks
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import HTTP, Source, code, find, find_all, first, href, local, one_line

CONSTRAINTS = ("identificationInfo/*/resourceConstraints/*", "identificationInfo/*/restrictions/*")
TITLE = re.compile(r"[\[<({]\s*(?:der\s+)?(?:datensatz)?titel(?:\s+des\s+datensatz(?:es)?)?\s*[\])>}]", re.IGNORECASE)
TAG = re.compile(r"<(/?[a-zA-Z][^<>]*)>")
LINK = re.compile(r"""<a\b[^<>]*href\s*=\s*["']([^"']+)["'][^<>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'„“”;,)\]]+", re.IGNORECASE)
PARTS = re.compile(r"[;\n]|(?<=:)\s")
LONGEST = 20_000


@dataclass
class Constraints:
    """What the constraints of a record say; "" for what they do not say.

    licence      IRI of the licence, or a text that names it
    attribution  the text to quote
    rights       all texts about use, for people
    access       IRI of the EU list of access rights
    """

    licence: str = ""
    attribution: str = ""
    rights: str = ""
    access: str = ""


@dataclass
class _Said:
    """The statements of all blocks: what is about use, what is about access."""

    use: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    classifications: list[str] = field(default_factory=list)


def constraints(source: Source) -> Constraints:
    """The constraints of a record."""
    said = _said(source)
    texts = [text[:LONGEST] for text in said.use]
    statements = [block for text in (*texts, *said.access) for block in blocks(text)]
    plain = [one_line(without_blocks(_readable(text))) for text in texts]
    licence = _licence(statements, plain, said, source)
    attribution = _attribution(statements, licence, plain, source)
    return Constraints(licence, attribution, _rights(plain, licence), _access(said))


def _said(source: Source) -> _Said:
    said = _Said()
    for block in find_all(source.root, *CONSTRAINTS):
        access = bool(find(block, "accessConstraints")) and not find(block, "useConstraints")
        said.use += [source.shown(element, lines=True) for element in find(block, "useLimitation")]
        if local(block).endswith("SecurityConstraints"):
            said.classifications += [code(element) for element in find(block, "classification")]
        for element in find_all(block, "otherConstraints", "reference/*/title"):
            text, link = source.shown(element, lines=True), href(element)
            (said.access if access else said.use).append(text)
            if access:
                said.access.append(link)
            elif HTTP.fullmatch(link):
                said.links.append(link)
        if not access:
            said.links += [first(element, "linkage") for element in find(block, "reference/*/onlineResource/*")]
    return _Said(*(list(filter(None, given)) for given in (said.use, said.access, said.links, said.classifications)))


def _readable(text: str) -> str:
    """A text without HTML; the address of a link stays where its text does not show it."""
    if "<" not in text:
        return text
    linked = LINK.sub(lambda found: found[2] if found[1] in found[2] else f"{found[2]} ({found[1]})", text)
    return TAG.sub(" ", linked)


# --- licence -----------------------------------------------------------------------------------------------------


def _licence(statements: list[Block], texts: list[str], said: _Said, source: Source) -> str:
    stated = list(dict.fromkeys(filter(None, map(_of_block, statements))))
    # Some put the licence under the constraints of access.
    others = list(dict.fromkeys(_named(texts, said.links))) or list(dict.fromkeys(_named(said.access, ())))
    named = stated or others
    if len({*named, *others}) > 1:
        chosen = next((iri for iri in named if not _open(iri)), named[0])
        source.note("licence_conflict", "license_id", ", ".join(dict.fromkeys([*named, *others])), chosen)
        return chosen
    foreign = list(dict.fromkeys(link for link in said.links if not _about_access(link)))
    return named[0] if named else foreign[0] if len(foreign) == 1 and not statements else ""


def _of_block(block: Block) -> str:
    """The licence of a statement: from the list by id, address or name, else the address, else the name."""
    terms = vocabulary.load("licence")
    term = next((term for text in (block.id, block.url, block.name) if (term := terms.find(text))), None)
    if term:
        return term.uri
    known = next(_phrases([block.name]), "")
    foreign = next((text for text in (block.url, block.id) if HTTP.fullmatch(text)), "")
    says = next((text for text in (block.name, block.id) if text and not terms.says_nothing(text)), "")
    return known or foreign or says


def _named(texts: Iterable[str], links: Iterable[str]) -> Iterator[str]:
    """Every licence of the list that links, addresses, names or sentences mean."""
    terms = vocabulary.load("licence")
    given = list(texts)
    for text in (*links, *given):
        parts = (text, *(match.rstrip(".,") for match in ADDRESS.findall(text)), *PARTS.split(text))
        yield from (term.uri for part in parts if (term := terms.find(part.strip(" .,"))))
    yield from _phrases(given)


def _phrases(texts: Iterable[str]) -> Iterator[str]:
    """Licences named in sentences, of each the first phrase that fits."""
    for text in texts:
        rows, low = _patterns("licence_phrases", "licence"), text.lower()
        licence = next((licence for phrase, licence in rows if phrase.search(low)), "")
        if licence:
            yield vocabulary.load("licence").codes[licence].uri


@functools.cache
def _patterns(name: str, value: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["text"]), row[value]) for row in codes(name))


def _open(iri: str) -> bool:
    term = vocabulary.load("licence").terms.get(iri)
    return term is not None and term.extra.get("open") == "yes"


def _about_access(link: str) -> bool:
    return "LimitationsOnPublicAccess" in link


# --- attribution -------------------------------------------------------------------------------------------------


def _attribution(statements: list[Block], licence: str, texts: list[str], source: Source) -> str:
    """The source to quote: of the statement of the chosen licence, else of any, else of a sentence about it."""
    chosen = sorted(statements, key=lambda block: _of_block(block) != licence)
    given = next((block.source for block in chosen if block.source), "")
    if not given:
        quoted = (found[1] for text in texts for phrase in _attributions() if (found := phrase.search(text)))
        given = next(quoted, "")
    return TITLE.sub(lambda _: source.title, given).strip() if source.title else given.strip()


@functools.cache
def _attributions() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(phrase, re.IGNORECASE) for phrase in codes("attribution_phrases"))


# --- rights and access -------------------------------------------------------------------------------------------


def _rights(texts: list[str], licence: str) -> str:
    """The texts that say more than the name of the licence."""
    terms = vocabulary.load("licence")
    kept = []
    for text in texts:
        term = terms.find(text)
        if text and text not in kept and not terms.says_nothing(text) and not (term and term.uri == licence):
            kept.append(text)
    return "\n".join(kept)


def _access(said: _Said) -> str:
    terms = vocabulary.load("access_right")
    rights = [codes("classifications").get(name) for name in said.classifications]
    low = [text.lower() for text in (*said.access, *said.links, *said.use)]
    rights += [right for phrase, right in _patterns("access_phrases", "right") for text in low if phrase.search(text)]
    # What is restricted anywhere is not public.
    for code_ in ("NON_PUBLIC", "RESTRICTED", "PUBLIC"):
        if code_ in rights:
            return terms.codes[code_].uri
    return ""
