"""What a person or a program gives for a source: checked field by field, whatever its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.stuttgart.harvest import loose, schedule, sources
from ckanext.stuttgart.names import slug

TEXTS = ("title", "url", "reader", "frequency", "mail")
LONGEST = 2000
MOST_FIELDS, LONGEST_FIELD, HIGHEST = 100, 100, 1000
MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
Result = dict[str, Any]
Errors = dict[str, Any]


def fields(data: Mapping[str, Any], before: Mapping[str, Any]) -> Result:
    """The fields of a source. Raises ValidationError naming each that is wrong.

    before  the source as it is, {} for a new one
    """
    errors: Errors = {}
    texts = {name: _line(data.get(name)) for name in TEXTS}
    errors |= {name: [tk._("This is too long.")] for name, text in texts.items() if len(text) > LONGEST}
    options = data.get("options") or {}
    if not isinstance(options, Mapping):
        errors["options"] = [tk._("Must be names with values.")]
    if errors:
        raise tk.ValidationError(errors)
    options = loose.storable(options)
    problems = sources.problems(texts["url"], texts["reader"], options)
    errors |= {field: [tk._(problem) for problem in found] for field, found in problems.items()}
    if texts["frequency"] and texts["frequency"] not in schedule.FREQUENCIES:
        errors["frequency"] = [tk._("Must be one of {words}.").format(words=", ".join(schedule.FREQUENCIES))]
    if texts["mail"] and not MAIL.fullmatch(texts["mail"]):
        errors["mail"] = [tk._("This is no e-mail address.")]
    numbers = {"priority": _priority(data, errors), "active": _active(data, errors)}
    organization = _organization(data, errors)
    protected = _protected(data, errors)
    if errors:
        raise tk.ValidationError(errors)
    title = texts["title"] or texts["url"].partition("://")[2].split("/")[0]
    return {
        "name": before.get("name") or slug(_line(data.get("name")) or title),
        "title": title,
        "url": texts["url"],
        "reader": texts["reader"],
        "options": options,
        "owner_org": organization,
        "frequency": texts["frequency"] or "never",
        "protected_fields": protected,
        "mail": texts["mail"] or None,
        **numbers,
    }


def look(context: Context, data: Mapping[str, Any]) -> tuple[str, str | None, Result, str | None]:
    """Address, reader, options and organization of a preview. Raises ValidationError."""
    url, reader, options = _line(data.get("url")), _line(data.get("reader")), data.get("options") or {}
    if not isinstance(options, Mapping):
        raise tk.ValidationError({"options": [tk._("Must be names with values.")]})
    allow_secret(context, options, url, {})
    problems = sources.problems(url, reader or "dcat", options)
    if not reader:
        problems.pop("options", None)  # whose options they are shows when the address was read
    errors: Errors = {field: [tk._(problem) for problem in found] for field, found in problems.items()}
    organization = _organization(data, errors) if data.get("owner_org") else None
    if errors:
        raise tk.ValidationError(errors)
    return url, reader or None, loose.storable(options), organization


def allow_secret(context: Context, options: Any, url: Any, before: Mapping[str, Any]) -> None:
    """Raise ValidationError where somebody lets the portal send a secret to an address of their choice.

    Secrets stand in ckan.ini and are not their organization's: a system administrator binds one to an address.
    """
    name = options.get("secret") if isinstance(options, Mapping) else None
    bound = (before.get("options", {}).get("secret"), sources.origin(before.get("url", "")))
    if not name or (name, sources.origin(_line(url))) == bound:
        return
    try:
        tk.check_access("sysadmin", tk.fresh_context(context), {})
    except tk.NotAuthorized:
        text = tk._("Only a system administrator may name a secret, or change the address of a source that has one.")
        raise tk.ValidationError({"options": [text]}) from None


def _line(value: Any) -> str:
    """A value as one line that can be stored."""
    return " ".join(loose.storable(str(value if value is not None else "")).split())


def _priority(data: Mapping[str, Any], errors: Errors) -> int:
    text = _line(data.get("priority") or 0)
    if not sources.NUMBER.fullmatch(text) or abs(int(text)) > HIGHEST:
        errors["priority"] = [tk._("Must be a whole number from -{highest} to {highest}.").format(highest=HIGHEST)]
        return 0
    return int(text)


def _active(data: Mapping[str, Any], errors: Errors) -> bool:
    try:
        return tk.asbool(data.get("active", True))
    except ValueError:
        errors["active"] = [tk._("Must be true or false.")]
        return True


def _organization(data: Mapping[str, Any], errors: Errors) -> str:
    found = model.Group.get(_line(data.get("owner_org")))
    if found is None or not found.is_organization or found.state != "active":
        errors["owner_org"] = [tk._("There is no such organization.")]
        return ""
    return found.id


def _protected(data: Mapping[str, Any], errors: Errors) -> list[str]:
    given = data.get("protected_fields") or []
    names = [_line(name) for name in given] if isinstance(given, list) else []
    if not isinstance(given, list) or len(names) > MOST_FIELDS or any(len(name) > LONGEST_FIELD for name in names):
        errors["protected_fields"] = [tk._("Must be a list of names of fields.")]
    return names
