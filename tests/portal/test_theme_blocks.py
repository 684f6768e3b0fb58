"""Templates of ours change blocks of others: each such block is there in the CKAN that is installed.

A block that is gone would be passed over without a word, and the page would show what stock CKAN shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest

import ckanext.stuttgart

PACKAGE = Path(ckanext.stuttgart.__file__).parent
OURS = (PACKAGE / "theme" / "templates", PACKAGE / "templates")
OWN_PREFIX = "stuttgart_"
MOST_EXTENDED = 25

BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
EXTENDS = re.compile(r"\{%-?\s*extends\s+[\"']([^\"']+)[\"']")
CKAN_EXTENDS = re.compile(r"\{%-?\s*ckan_extends")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

TEMPLATES = [(folder, path.relative_to(folder)) for folder in OURS for path in sorted(folder.rglob("*.*"))]


def _text(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def _folders() -> list[Path]:
    return [Path(folder) for folder in tk.config["computed_template_paths"]]


def _found(name: str, behind: Path | None = None) -> Path | None:
    """The file of a template: the first in CKAN's order, or the first behind one folder."""
    folders = _folders()
    if behind is not None:
        folders = folders[folders.index(behind) + 1 :]
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def _folder_of(path: Path) -> Path:
    return next(folder for folder in _folders() if folder in path.parents)


def _parents(path: Path) -> Iterator[Path]:
    """The templates that a template extends, from the nearest to the last."""
    text = _text(path)
    folder = _folder_of(path)
    named = EXTENDS.search(text)
    if CKAN_EXTENDS.search(text):
        parent = _found(str(path.relative_to(folder)), behind=folder)
        assert parent is not None, f"{path} extends a template that CKAN no longer has"
    elif named:
        parent = _found(named[1])
        assert parent is not None, f"{path} extends {named[1]}, which CKAN no longer has"
        if parent == path:
            return
    else:
        return
    yield parent
    yield from _parents(parent)


@pytest.mark.usefixtures("portal_tables")
@pytest.mark.parametrize(("folder", "name"), TEMPLATES, ids=lambda value: str(value) if value not in OURS else "")
def test_every_block_that_we_change_exists(folder: Path, name: Path) -> None:
    parents = list(_parents(folder / name))
    if not parents:
        return
    known = {block for parent in parents for block in BLOCK.findall(_text(parent))}
    changed = {block for block in BLOCK.findall(_text(folder / name)) if not block.startswith(OWN_PREFIX)}
    assert changed <= known, f"{name}: CKAN no longer has {sorted(changed - known)}"


def test_few_files_of_ckan_are_extended() -> None:
    extended = [name for folder, name in TEMPLATES if CKAN_EXTENDS.search(_text(folder / name))]
    assert len(extended) <= MOST_EXTENDED
