"""What is wrong with a piece of metadata, or was done to mend it, in words for people."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from ckanext.stuttgart.dcatde import files

Severity = Literal["violation", "warning", "notice"]


@dataclass(frozen=True)
class Finding:
    """One result of a rule.

    rule      key of `messages.yaml`
    severity  violation and warning as in the official shapes; notice for a step of `normalise`
    field     path of the CKAN field: `title`, `resources.2.format`, `contact.0.email`; "" for the whole
    value     the value it is about, "" where a value is missing
    target    what it was made into, "" where nothing was
    focus     IRI (or `_:id`) of the RDF node, only from `rules.check` on a graph
    path      IRI of the property, likewise
    """

    rule: str
    severity: Severity
    field: str = ""
    value: str = ""
    target: str = ""
    focus: str = ""
    path: str = ""

    def message(self, language: str = "de") -> str:
        """One sentence in the language, English where there is none in it."""
        texts = messages()[self.rule]
        shown = self.value if len(self.value) <= 120 else self.value[:117] + "..."
        return texts.get(language, texts["en"]).format(
            field=self.field, value=shown, target=self.target, path=self.path, focus=self.focus
        )


@functools.cache
def messages() -> dict[str, dict[str, str]]:
    """Rule -> language -> sentence with the slots {field}, {value}, {target}, {path}, {focus}."""
    return files.table("messages.yaml")
