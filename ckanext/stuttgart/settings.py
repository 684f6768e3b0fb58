"""The settings of `config_declaration.yaml`, one typed function each."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.stuttgart.city import CONFIG_PACKAGE, City, load
from ckanext.stuttgart.harvest.client import ClientSettings

CITY = "ckanext.stuttgart.city"
DEPRECATED_PROPERTIES = "ckanext.stuttgart.deprecated_properties"
HARVEST = "ckanext.stuttgart.harvest."
SEARCH = "ckanext.stuttgart.search."
UNNAMED = {"ckan.site_title": "CKAN"}  # what CKAN calls a portal without a name


def city() -> City:
    """The city this portal belongs to. Raises CityProfileError; the plugin does so at start."""
    return _loaded(tk.config[CITY])


@functools.cache
def _loaded(path_or_name: str) -> City:
    return load(path_or_name)


def deprecated_properties() -> bool:
    """Whether RDF also gets the properties of DCAT-AP.de 2."""
    return tk.config[DEPRECATED_PROPERTIES]


def client() -> ClientSettings:
    """How remote sources are read."""
    return ClientSettings(
        allowed=tuple(tk.aslist(tk.config[HARVEST + "allowed"])),
        deadline=float(tk.config[HARVEST + "deadline"]),
        max_bytes=tk.config[HARVEST + "max_megabytes"] * 1_000_000,
        host_delay=float(tk.config[HARVEST + "host_delay"]),
        user_agent=f"ckanext-stuttgart (open data portal {tk.config['ckan.site_url']})",
        ca_file=tk.config.get(HARVEST + "ca_file") or None,
    )


def search_enabled() -> bool:
    """Whether packages are indexed for the German search, and plain words rewritten."""
    return tk.config[SEARCH + "enabled"]


def search_synonyms() -> Path:
    """The file of synonyms."""
    given = tk.config.get(SEARCH + "synonyms")
    return Path(given) if given else _shipped_synonyms()


@functools.cache
def _shipped_synonyms() -> Path:
    return Path(str(resources.files(CONFIG_PACKAGE) / "synonyms_de.txt"))


def apply_city(config: CKANConfig) -> None:
    """Give CKAN the city's names where the operator gave none. Raises CityProfileError for a bad profile."""
    portal = city().portal
    names = {"ckan.site_title": portal.title.de, "ckan.site_description": portal.description.de}
    for key, value in names.items():
        if config.get(key) in (None, "", UNNAMED.get(key)):
            config[key] = value


def harvest_queue() -> str:
    """The queue of CKAN's background jobs that the harvest uses."""
    return tk.config[HARVEST + "queue"]


def harvest_activity() -> bool:
    """Whether what a run writes also goes into the activity stream."""
    return tk.config[HARVEST + "activity"]


def harvest_memory() -> int:
    """Megabytes a job may take beyond what it starts with; 0 for no limit."""
    return tk.config[HARVEST + "memory"]


def harvest_gather_minutes() -> int:
    """How long reading one source may take."""
    return tk.config[HARVEST + "gather_minutes"]


def harvest_most_records() -> int:
    """How many records one source may have."""
    return tk.config[HARVEST + "most_records"]


def harvest_guard() -> tuple[int, float]:
    """So many records, and such a share of all, may vanish without a person's word."""
    return tk.config[HARVEST + "guard_records"], tk.config[HARVEST + "guard_percent"] / 100


def harvest_grace_days() -> int:
    """For how long a dataset that vanished from its source stays hidden before it is deleted."""
    return tk.config[HARVEST + "grace_days"]


def harvest_kept_runs() -> int:
    """How many runs of a source are remembered."""
    return tk.config[HARVEST + "kept_runs"]


def harvest_source_role() -> str:
    """The role in an organization that may look after its sources: admin or editor."""
    return tk.config[HARVEST + "source_role"]
