"""A source as the engine needs it: its reader, the client with its secret, and its options checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import ReaderError, SourceRefused, say
from ckanext.stuttgart.harvest import ingest
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Client
from ckanext.stuttgart.harvest.model import Source
from ckanext.stuttgart.harvest.reader import Option, Reader, reader

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
            found.setdefault("options", []).append(f"{option_name}: no such option")
        elif problem := _value(known[option_name], value):
            found.setdefault("options", []).append(f"{option_name}: {problem}")
    for option in known.values():
        if option.required and given.get(option.name) in (None, ""):
            found.setdefault("options", []).append(f"{option.name}: is missing")
    return found


def _address(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ["This is no valid web address."]
    if parts.scheme not in ("http", "https") or not host:
        return ["Only http and https addresses are read."]
    if parts.username or parts.password:
        return ["User and password do not belong in the address: name a secret instead."]
    own = urlsplit(tk.config["ckan.site_url"])
    if (host, parts.port) == (own.hostname, own.port):
        return ["This is the portal itself."]
    return []


def _value(option: Option, value: Any) -> str:
    if value in (None, ""):
        return ""
    if option.type == "number" and not isinstance(value, int):
        return "must be a whole number"
    if option.type == "flag" and not isinstance(value, bool):
        return "must be yes or no"
    if option.type == "choice" and value not in option.choices:
        return f"must be one of {', '.join(option.choices)}"
    return "" if option.type != "text" or isinstance(value, str) else "must be a text"


def options_of(chosen: Reader, given: Mapping[str, str]) -> dict[str, Any]:
    """Options as a form or a command gives them, all texts, in their types; empty ones are left out."""
    made: dict[str, Any] = {}
    types = {option.name: option.type for option in (*chosen.options, *COMMON)}
    for name, text in given.items():
        if text == "":
            continue
        kind = types.get(name, "text")
        if kind == "number" and text.strip().lstrip("-").isdigit():
            made[name] = int(text)
        elif kind == "flag" and text.lower() in FLAGS:
            made[name] = FLAGS[text.lower()]
        else:
            made[name] = text
    return made
