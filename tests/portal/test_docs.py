"""Every `ckan` command that the documents show is there, with the options they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from ckan.cli.cli import ckan

CHECKOUT = Path(__file__).parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]


def commands() -> list[str]:
    """The lines of code blocks that call `ckan`, and calls in running text."""
    found: set[str] = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found.update(re.findall(r"`(ckan [a-z][^`\n]*)`", text))
        found.update(line.strip() for line in text.splitlines() if re.match(r" *ckan [a-z-]", line))
    return sorted(found)


def test_the_documents_show_commands() -> None:
    assert any(line.startswith("ckan stuttgart import") for line in commands())


@pytest.mark.parametrize("line", commands())
def test_a_command_that_is_shown_is_there_with_its_options(runner: Any, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    words = words[2:] if words[0] == "-c" else words
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    plain = [word for word in words if not word.startswith("-")]
    for length in range(len(plain), 0, -1):  # what stands behind the command are its arguments
        done = runner.invoke(ckan, [*plain[:length], "--help"])
        if done.exit_code == 0:
            break
    assert done.exit_code == 0
    assert [option for option in options if option not in done.stdout and option != "--help"] == []
