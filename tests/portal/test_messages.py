"""The German catalogue is whole: made from the sources, nothing left over, no value of a sentence lost."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from devstack import messages

FORMS = re.compile(r"%\(\w+\)[sdi]|%[sdir]|\{\w*\}")
DISPENSABLE = {"{object_type}"}  # CKAN puts an English word there
I18N = Path(str(resources.files("ckan"))) / "i18n"


def _texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]


def _catalogues() -> list[Message]:
    return [m for name in ("others", messages.NAME) for m in messages.catalogue("de", name) if m.id and any(m.string)]


def test_the_files_are_what_the_sources_make() -> None:
    stale = [path.name for path, content in messages.files() if path.read_bytes() != content]
    assert not stale, f"run `make messages`: {stale}"


def test_every_string_of_ours_has_its_german() -> None:
    assert list(messages.untranslated("de")) == []


def _is_whole(message: Message, text: str) -> bool:
    wanted = set(FORMS.findall(message.id if isinstance(message.id, str) else message.id[-1]))
    return set(FORMS.findall(text)) | DISPENSABLE >= wanted >= set(FORMS.findall(text))


def test_every_value_of_a_sentence_is_in_its_german() -> None:
    lost = [text for message in _catalogues() for text in _texts(message) if not _is_whole(message, text)]
    assert lost == []


def test_nothing_that_ckan_shows_is_left_without_german() -> None:
    with (I18N / "ckan.pot").open("rb") as pot, (I18N / "de/LC_MESSAGES/ckan.mo").open("rb") as mo:
        strings, core = read_po(pot), read_mo(mo)
    with messages.FOLDER.joinpath("de/LC_MESSAGES/ckanext-stuttgart.mo").open("rb") as mo:
        ours = read_mo(mo)

    def filled(catalogue: Catalog, message: Message) -> bool:
        found = catalogue.get(message.id, message.context)
        return found is not None and all(_texts(found))

    left = [m.id for m in strings if m.id and not filled(core, m) and not filled(ours, m)]
    assert left == []


def test_nobody_is_addressed_in_german() -> None:
    said = re.compile(r"\b(Sie|Ihr|Ihre[mnrs]?|[Dd]u|[Dd]ein(e[mnrs]?)?|[Dd]ich|[Dd]ir|Kennwort\w*|[Ee]inloggen)\b")
    core = read_mo((I18N / "de/LC_MESSAGES/ckan.mo").open("rb"))
    merged = {str(m.id): _texts(m) for m in core if m.id}
    merged |= {str(m.id): _texts(m) for m in _catalogues()}
    wrong = {text for texts in merged.values() for text in texts if said.search(text)}
    assert wrong == set()
