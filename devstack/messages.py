"""Catalogues of the extension: strings out of code and templates, German beside them, compiled for CKAN.

`python devstack/messages.py` writes `i18n/ckanext-stuttgart.pot` anew, takes its strings over into
`i18n/de/LC_MESSAGES/ckanext-stuttgart.po` (what has German keeps it, what is new waits for it) and compiles that file
together with `others.po`, the strings of CKAN and of other extensions, into the one `.mo` that CKAN loads.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "ckanext" / "stuttgart"
FOLDER = PACKAGE / "i18n"
NAME = "ckanext-stuttgart"
LANGUAGES = ("de",)
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "ckan.lib.extract:extract_ckan"),
    ("**/assets/**.js", "javascript"),
]
KEYWORDS = {"_": None, "N_": None, "ungettext": (1, 2), "gettext": None, "ngettext": (1, 2)}
NO_DATE = datetime(2026, 1, 1, tzinfo=timezone.utc)  # the day of a run would make every run a change


class _Nameless(Catalog):
    """A catalogue that does not say which Babel wrote it: the two versions of CKAN bring two of them."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().mime_headers if name != "Generated-By"]


def template() -> Catalog:
    """All strings of the package, sorted, with the files they stand in."""
    found = _catalogue()
    for file, _line, text, comments, context in extract_from_dir(str(PACKAGE), METHODS, {}, KEYWORDS):
        found.add(text, None, [(f"ckanext/stuttgart/{file}", 1)], auto_comments=comments, context=context)
    return found


def catalogue(language: str, name: str = NAME) -> Catalog:
    """A catalogue as it lies in its file."""
    with _po(language, name).open("rb") as file:
        return read_po(file, locale=language, domain=NAME)


def updated(language: str, strings: Catalog) -> Catalog:
    """The catalogue of the package's own strings with those that are there now."""
    known = catalogue(language) if _po(language, NAME).exists() else _catalogue(language)
    fresh = _catalogue(language)
    for message in strings:
        if message.id:
            old = known.get(message.id, message.context)
            fresh.add(message.id, old.string if old else None, message.locations, context=message.context)
    return fresh


def compiled(language: str) -> bytes:
    """The `.mo` of a language: others' strings first, so that ours win."""
    both = _catalogue(language)
    for name in ("others", NAME):
        for message in _filled(catalogue(language, name)):
            both[message.id] = message
    buffer = io.BytesIO()
    write_mo(buffer, both)
    return buffer.getvalue()


def as_text(strings: Catalog) -> bytes:
    """A catalogue as a file, the same for the same strings, whatever Babel writes it."""
    for message in strings:
        message.flags.discard("python-brace-format")  # older versions do not know it
    buffer = io.BytesIO()
    write_po(buffer, strings, width=120, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def files() -> Iterator[tuple[Path, bytes]]:
    """Every file that is made, with what has to stand in it."""
    strings = template()
    yield FOLDER / f"{NAME}.pot", as_text(strings)
    for language in LANGUAGES:
        yield _po(language, NAME), as_text(updated(language, strings))
    for language in LANGUAGES:
        yield _po(language, NAME).with_suffix(".mo"), compiled(language)


def untranslated(language: str) -> Iterator[str]:
    """The package's own strings that have no text in a language."""
    known = {str(message.id) for name in ("others", NAME) for message in _filled(catalogue(language, name))}
    yield from (str(message.id) for message in catalogue(language) if message.id and str(message.id) not in known)


def _filled(strings: Catalog) -> Iterator[Message]:
    for message in strings:
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.id and all(texts):
            yield message


def _po(language: str, name: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{name}.po"


def _catalogue(language: str | None = None) -> Catalog:
    return _Nameless(
        locale=language,
        domain=NAME,
        project=NAME,
        version="0.1",
        copyright_holder="the authors of ckanext-stuttgart",
        header_comment=f"# {'Strings' if not language else 'Texts'} of ckanext-stuttgart; made by `make messages`.",
        creation_date=NO_DATE,
        revision_date=NO_DATE,
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def main() -> int:
    """Write what has changed, name what has no German yet."""
    for path, content in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"wrote {path.relative_to(PACKAGE.parents[1])}")
    missing = [text for language in LANGUAGES for text in untranslated(language)]
    for text in missing:
        print(f"no German yet: {text!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
