"""The settings of `config_declaration.yaml`, one typed function each."""

from __future__ import annotations

import functools

import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.stuttgart.city import City, load
from ckanext.stuttgart.harvest.client import ClientSettings

CITY = "ckanext.stuttgart.city"
DEPRECATED_PROPERTIES = "ckanext.stuttgart.deprecated_properties"
HARVEST = "ckanext.stuttgart.harvest."
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
        allowed=tuple(tk.config[HARVEST + "allowed"]),
        deadline=float(tk.config[HARVEST + "deadline"]),
        max_bytes=tk.config[HARVEST + "max_megabytes"] * 1_000_000,
        host_delay=float(tk.config[HARVEST + "host_delay"]),
        user_agent=f"ckanext-stuttgart (open data portal {tk.config['ckan.site_url']})",
        ca_file=tk.config.get(HARVEST + "ca_file") or None,
    )


def apply_city(config: CKANConfig) -> None:
    """Give CKAN the city's names where the operator gave none. Raises CityProfileError for a bad profile."""
    portal = city().portal
    names = {"ckan.site_title": portal.title.de, "ckan.site_description": portal.description.de}
    for key, value in names.items():
        if config.get(key) in (None, "", UNNAMED.get(key)):
            config[key] = value
