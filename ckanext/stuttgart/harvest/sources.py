"""A source as the engine needs it: its reader, the client with its secret, and its options checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import ReaderError, SourceRefused, say
from ckanext.stuttgart.harvest import ingest
from ckanext.stuttgart.harvest.address import Target, shown, target
from ckanext.stuttgart.harvest.client import Client
from ckanext.stuttgart.harvest.model import Source
from ckanext.stuttgart.harvest.reader import Option, Reader, reader

LONGEST, MOST = 2000, 10**9
NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
SECRETS = "ckanext.stuttgart.harvest.secret."
FLAGS = {"true": True, "on": True, "yes": True, "ja": True, "1": True}
FLAGS |= {"false": False, "off": False, "no": False, "nein": False, "0": False}
# What every source may have, whatever its kind.
COMMON: tuple[Option, ...] = (
    Option("secret", "Name of the secret", help="Setting in ckan.ini with user:password for this source."),
)


def opened(source: Source) -> ingest.Source:
    """The reader and the client of a source. Raises ReaderError or SourceRefused where one of them is not to be had."""
    return ingest.Source(reader(source.reader), client(source.url, source.options), source.url, source.options)


def client(url: str, options: Mapping[str, Any]) -> Client:
    """A client that knows the secret the options name. Raises SourceRefused where the setting is missing."""
    made = Client(settings.client())
    name = str(options.get("secret") or "")
    if name:
        secret = tk.config.get(SECRETS + name)
        if not secret:
            raise SourceRefused(shown(url), say("needs the setting {name}, which is not there", name=SECRETS + name))
        made.authorize(url, secret)
    return made


def problems(url: str, name: str, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with an address, a reader and its options: field -> English message ids."""
    found: dict[str, list[str]] = {}
    for problem in _address(url):
        found.setdefault("url", []).append(problem)
    try:
        chosen = reader(name)
    except ReaderError:
        found["reader"] = ["There is no such reader."]
        return found
    known = {option.name: option for option in (*chosen.options, *COMMON)}
    for option_name, value in given.items():
        if option_name not in known:
            found.setdefault("options", []).append(f"{str(option_name)[:100]}: no such option")
        elif problem := _value(known[option_name], value):
            found.setdefault("options", []).append(f"{option_name}: {problem}")
    secret = given.get("secret")
    if secret and not tk.config.get(f"{SECRETS}{secret}"):
        found.setdefault("options", []).append(f"secret: there is no setting {SECRETS}{secret}"[:LONGEST])
    for option in known.values():
        if option.required and given.get(option.name) in (None, ""):
            found.setdefault("options", []).append(f"{option.name}: is missing")
    return found


def _address(url: str) -> list[str]:
    """What is wrong with an address, as sentences in English."""
    try:
        where = target(url)
        if where.credentials:
            return ["User and password do not belong in the address: name a secret instead."]
        if _is_own(where):
            return ["This is the portal itself."]
        Client(settings.client()).check(url)
    except SourceRefused as error:
        remedy = f" {error.remedy}." if error.remedy else ""
        return [f"This {error.problem}.{remedy}"]
    return []


def _is_own(where: Target) -> bool:
    """Whether an address is in the portal, which may share its host with other things."""
    own = target(tk.config["ckan.site_url"])
    ports = {where.port, own.port}
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    inside = (where.path + "/").startswith(root + "/")
    return where.host.rstrip(".") == own.host and (len(ports) == 1 or ports == {80, 443}) and inside


def origin(url: str) -> tuple[str, str, int] | None:
    """What a secret is bound to, None for what is no address."""
    try:
        return target(url).origin
    except SourceRefused:
        return None


def _value(option: Option, value: Any) -> str:
    if value in (None, ""):
        return ""
    if option.type == "number" and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= MOST):
        return "must be a whole number"
    if option.type == "flag" and not isinstance(value, bool):
        return "must be yes or no"
    if option.type == "choice" and value not in option.choices:
        return f"must be one of {', '.join(option.choices)}"
    if option.type == "text" and (not isinstance(value, str) or len(value) > LONGEST):
        return f"must be a text of at most {LONGEST} characters"
    return ""


def options_of(chosen: Reader, given: Mapping[str, str]) -> dict[str, Any]:
    """Options as a form or a command gives them, all texts, in their types; empty ones are left out."""
    made: dict[str, Any] = {}
    types = {option.name: option.type for option in (*chosen.options, *COMMON)}
    for name, text in given.items():
        if text == "":
            continue
        kind = types.get(name, "text")
        if kind == "number" and NUMBER.fullmatch(text.strip()):
            made[name] = int(text)
        elif kind == "flag" and text.lower() in FLAGS:
            made[name] = FLAGS[text.lower()]
        else:
            made[name] = text
    return made
