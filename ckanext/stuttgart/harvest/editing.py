"""The form of a source: which fields it has, what was filled in, what is wrong with it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import ReaderError
from ckanext.stuttgart.harvest import present, said, schedule, sources
from ckanext.stuttgart.harvest.logic.auth import PERMISSIONS
from ckanext.stuttgart.harvest.reader import Option, reader, reader_names

TEXTS = ("url", "owner_org", "title", "reader", "frequency", "mail", "priority")
OPTION = "option-"
USUAL = "daily"
FLAG_CHOICES = ("true", "false")
SECRET = "secret"  # noqa: S105 - the name of an option


@dataclass
class Form:
    """A form as it is shown.

    values  name of a field -> text; of the options with `OPTION` before the name
    errors  name of a field -> sentences
    """

    values: dict[str, str] = field(default_factory=dict)
    protected: list[str] = field(default_factory=list)
    active: bool = True
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def options(self) -> tuple[Option, ...]:
        """The options of the chosen kind of source."""
        try:
            own = reader(self.values.get("reader", "")).options
        except ReaderError:
            own = ()
        return (*own, *(option for option in sources.COMMON if option.name != SECRET or _is_sysadmin()))

    def data(self) -> dict[str, Any]:
        """What the actions take."""
        given = {name[len(OPTION) :]: text for name, text in self.values.items() if name.startswith(OPTION)}
        known = {option.name for option in self.options}
        try:
            chosen = reader(self.values.get("reader", ""))
            options = sources.options_of(chosen, {name: text for name, text in given.items() if name in known})
        except ReaderError:
            options = {name: text for name, text in given.items() if name in known and text}
        return {
            **{name: self.values.get(name, "") for name in TEXTS},
            "options": options,
            "protected_fields": self.protected,
            "active": self.active,
        }

    def refuse(self, error: tk.ValidationError) -> None:
        """Take over what an action found wrong, at the fields it is about."""
        for name, problems in (error.error_dict or {}).items():
            for problem in problems if isinstance(problems, list) else [problems]:
                self._refuse(name, str(problem))

    def _refuse(self, name: str, problem: str) -> None:
        option, found, rest = problem.partition(": ")
        if name == "options" and found and option in {one.name for one in self.options}:
            name, problem = OPTION + option, rest
        elif name == "options":
            name = OPTION + SECRET if _is_sysadmin() else "url"
        elif name == "name":
            name = "title"
        self.errors.setdefault(name, []).append(present.sentence(problem))


def of_request(values: Mapping[str, Any], protected: list[str]) -> Form:
    """The form as it was sent."""
    texts = {name: str(values.get(name) or "").strip() for name in values if name in TEXTS or name.startswith(OPTION)}
    texts.setdefault("frequency", USUAL)
    return Form(texts, protected, active="active" in values or "active-asked" not in values)


def of_source(source: Mapping[str, Any]) -> Form:
    """The form of a source as it is."""
    texts = {name: str(source.get(name) if source.get(name) is not None else "") for name in TEXTS}
    for name, value in source["options"].items():
        texts[OPTION + name] = str(value).lower() if isinstance(value, bool) else str(value)
    return Form(texts, list(source["protected_fields"]), source["active"])


def blank() -> Form:
    """The form of a new source: the office stands there already where a person has one only."""
    own = organizations()
    return Form({"owner_org": own[0][0] if len(own) == 1 else "", "frequency": USUAL, "priority": "0"})


def organizations() -> list[tuple[str, str]]:
    """Id and title of the organizations whose sources the user looks after."""
    role: Any = PERMISSIONS[settings.harvest_source_role()]
    found = tk.get_action("organization_list_for_user")({"user": tk.current_user.name}, {"permission": role})
    return sorted(((one["id"], one["display_name"]) for one in found), key=lambda pair: pair[1].casefold())


def readers() -> list[tuple[str, str]]:
    """Name and words of every kind of source."""
    return sorted(((name, present.kind(name)) for name in reader_names()), key=lambda pair: pair[1].casefold())


def frequencies() -> list[tuple[str, str]]:
    """How often a source may be read."""
    words = {
        "never": tk._("only when somebody starts it"),
        "hourly": tk._("every hour"),
        "daily": tk._("every day"),
        "weekly": tk._("every week"),
        "monthly": tk._("every month"),
    }
    return [(name, words.get(name, name)) for name in schedule.FREQUENCIES]


def protectable() -> list[tuple[str, str]]:
    """Fields of a dataset whose changes by hand may survive a run."""
    schema = tk.h.scheming_get_dataset_schema("dataset") or {}
    return [
        (one["field_name"], tk.h.scheming_language_text(one["label"]))
        for one in schema.get("dataset_fields", [])
        if one["field_name"] not in ("name", "owner_org", "source_hash", "uri", "identifier")
    ]


def option_choices(option: Option) -> list[tuple[str, str]]:
    """The values of an option, for a list to choose from."""
    language = tk.h.lang()
    if option.type == "flag":
        return list(zip(FLAG_CHOICES, (tk._("Yes"), tk._("No")), strict=True))
    return [(choice, said.option_text(choice, language)) for choice in option.choices]


def _is_sysadmin() -> bool:
    return bool(getattr(tk.current_user, "sysadmin", False))
