"""Packaging of ckanext-stuttgart; the static facts stand in ``pyproject.toml``.

Only what setuptools cannot be told there declaratively is here: ``config/`` lies at the top of the checkout, where an
operator looks for it, and ships as the package ``ckanext.stuttgart.config``. ``ckanext`` itself is a PEP 420 namespace
and has no ``__init__.py``.
"""

from __future__ import annotations

from setuptools import find_namespace_packages, setup

CONFIG_PACKAGE = "ckanext.stuttgart.config"
DATA_SUFFIXES = (
    *("yaml", "yml", "json", "md", "txt", "ini", "ttl", "rdf", "xml", "csv", "tsv", "geojson"),
    *("html", "css", "js", "svg", "png", "ico", "webp", "woff2", "po", "pot", "mo", "mako"),
)


def data_patterns() -> list[str]:
    """Globs of every data file that ships, at any depth (setuptools knows ``**``)."""
    return [f"**/*.{suffix}" for suffix in DATA_SUFFIXES]


setup(
    packages=[
        *find_namespace_packages(include=["ckanext.stuttgart", "ckanext.stuttgart.*"]),
        CONFIG_PACKAGE,
    ],
    package_dir={CONFIG_PACKAGE: "config"},
    package_data={"ckanext.stuttgart": data_patterns(), CONFIG_PACKAGE: data_patterns()},
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
