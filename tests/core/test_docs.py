"""What the documents say is so: generated pages are current, and every command they name is there."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from devstack.commands import COMMANDS

CHECKOUT = Path(__file__).parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def blocks(page: Path) -> list[str]:
    """The lines of the code blocks of a page, without prompts and comments."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^ *```(?:sh)?\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in found for line in block.splitlines() if line.strip()]


def test_the_generated_pages_are_those_of_the_tables() -> None:
    spec = importlib.util.spec_from_file_location("generate", CHECKOUT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert list(module.stale()) == [], "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
    named |= {shlex.split(line, comments=True)[1] for line in blocks(page) if line.startswith("make ")}
    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_devstack_command_that_is_named_is_there(page: Path) -> None:
    named = set(re.findall(r"python -m devstack ([a-z|]+)", page.read_text(encoding="utf-8")))
    assert {command for words in named for command in words.split("|")} <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
