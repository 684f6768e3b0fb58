"""Writes the reference pages that follow from tables: run `make docs` after a change of one of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ckanext.stuttgart.dcatde.model import Class, Row, load, nested
from ckanext.stuttgart.harvest.reader import BUILT_IN, Option, reader

HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "ckanext" / "stuttgart" / "schema"
FORMS = {
    "Dataset": ("dataset.yaml", "dataset_fields"),
    "Distribution": ("dataset.yaml", "resource_fields"),
    "DatasetSeries": ("series.yaml", "dataset_fields"),
    "DataService": ("data_service.yaml", "dataset_fields"),
}
DUTIES = {"M": "mandatory", "R": "recommended", "O": "optional", "D": "deprecated", "-": "accepted"}
COLUMNS = ("property", "duty", "values", "field", "label", "kind", "list")
HEAD = """\
# Fields

Every class and property of DCAT-AP.de 3.0, the field of a CKAN package that holds it, and its label in the form. This
page is made from `ckanext/stuttgart/dcatde/model.yaml` and the forms in `ckanext/stuttgart/schema/` by `make docs`.

A property without field is checked where it stands in RDF, and never written. German text stands in the plain field,
other languages in `translations`. "list" names the code list in `ckanext/stuttgart/dcatde/vocab/`; what is not in it is
left out of the RDF where the official rule is a violation, and passed on where it is a warning.
"""

READERS_HEAD = """\
# Kinds of sources

What the portal can read, each by one module in `ckanext/stuttgart/harvest/readers/`, and the options a source of the
kind may have. Which kind an address is, the portal finds out by looking at what it answers; `ckan stuttgart harvest
preview URL` says it, `--reader NAME` settles it, `--option name=value` sets an option. This page is made from what the
readers declare by `make docs`. Another package adds a reader through the entry point group `stuttgart.readers`.
"""


def pages() -> dict[Path, str]:
    """File -> its text."""
    return {HERE / "fields.md": fields(), HERE / "readers.md": readers()}


def fields() -> str:
    """The field reference."""
    return HEAD + "".join(_class(class_) for class_ in load().classes.values() if class_.rows)


def _class(class_: Class) -> str:
    labels = _labels(class_.name)
    lines = [f"\n## {class_.name}\n", f"\n`{class_.iri}`{_use(class_)}\n\n"]
    lines.append(
        "| property | duty | values | field | label | kind | list |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    lines += [_row(row, labels) for row in class_.rows]
    return "".join(lines)


def _use(class_: Class) -> str:
    if class_.package:
        return f", packages of type `{class_.package}`"
    users = [
        f"{other.name}.`{row.field}`"
        for other in load().classes.values()
        for row in other.rows
        if row.field and row.kind == "node" and nested(row) is class_
    ]
    return f", in {', '.join(users)}" if users else ""


def _row(row: Row, labels: dict[str, str]) -> str:
    read = (
        f"read into `{row.read_into}`" if row.read_into else f"read as a part with `{row.apart}`" if row.apart else ""
    )
    held = f"`{row.field}`" if row.field else read
    held += f", further ones `{row.overflow}`" if row.overflow else ""
    name = row.field if row.field != "tags" else "tag_string"
    words = row.vocabulary and f"{row.vocabulary} ({row.list or 'not checked'})"
    kind = f"{row.kind} {row.of}" if row.of else row.kind
    cells = [row.curie, DUTIES[row.duty], row.max or "any", held, labels.get(name, ""), kind, words]
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"


def _labels(name: str) -> dict[str, str]:
    if name not in FORMS:
        return {}
    file, part = FORMS[name]
    form: dict[str, Any] = yaml.safe_load((SCHEMA / file).read_text(encoding="utf-8"))
    return {field["field_name"]: field["label"]["de"] for field in form[part] if isinstance(field.get("label"), dict)}


def readers() -> str:
    """The reference of the kinds of sources and their options."""
    return READERS_HEAD + "".join(_reader(name) for name in BUILT_IN)


def _reader(name: str) -> str:
    found = reader(name)
    head = f"\n## {name}\n\n{found.label}\n"
    if not found.options:
        return head + "\nNo options.\n"
    rows = "".join(_option(option) for option in found.options)
    return f"{head}\n| option | type | default | meaning |\n| --- | --- | --- | --- |\n{rows}"


def _option(option: Option) -> str:
    type_ = " or ".join(f"`{choice}`" for choice in option.choices) if option.choices else option.type
    default = "" if option.default in (None, "", False) else f"`{option.default}`"
    needed = " Required." if option.required else ""
    meaning = f"{option.label}. {option.help}".strip().replace("|", "\\|")
    return f"| `{option.name}` | {type_} | {default} | {meaning}{needed} |\n"


def stale() -> Iterator[Path]:
    """The pages that are not what they would be made into now."""
    for file, text in pages().items():
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield file


if __name__ == "__main__":
    for changed in list(stale()):
        changed.write_text(pages()[changed], encoding="utf-8")
        print(changed.name, file=sys.stderr)
