"""Packages of this CKAN as RDF: normalised with what the city says, named, linked to what is described with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.dcat.utils import catalog_uri, dataset_uri, resource_uri
from rdflib import Graph, URIRef

from ckanext.stuttgart import settings
from ckanext.stuttgart.dcatde import catalog as rdf
from ckanext.stuttgart.dcatde import hvd
from ckanext.stuttgart.dcatde.graph import describe, write
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.feed import metadata
from ckanext.stuttgart.harvest.reader import absolute, record_id

Package = dict[str, Any]

TYPES = ("dataset", "dataset_series", "data_service")
MANY = 200  # ids in one query: Solr refuses more than 1,024 clauses


class Export:
    """Describes packages for one reader; `context` says who that is, and so which related packages may be named."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._city = settings.city()
        self._home = catalog_uri().rstrip("/")
        self._organizations: dict[str, Package] = {}

    def packages(self, packages: Iterable[Package]) -> list[Package]:
        """The conforming packages, and behind them the services and series they refer to, all named by IRI.

        packages  dicts as `package_show` gives them
        """
        given = list(packages)
        given += self._related(given)
        names = {package["id"]: dataset_uri(package) for package in given}
        return hvd.pass_on(self._conforming(package, names) for package in given)

    def describe(self, graph: Graph, packages: Iterable[Package]) -> None:
        """Add conforming packages to a graph; they refer to each other only, not to what is not described."""
        every = list(packages)
        known = rdf.described(every)
        twins = settings.deprecated_properties()
        for package in every:
            write(graph, URIRef(package["uri"]), rdf.linked(package, rdf.class_of(package), known), twins=twins)

    def catalog(self, graph: Graph, packages: Iterable[Package], modified: str | None) -> None:
        """Add the catalogue itself and that it lists the packages.

        modified  when the newest package of the whole catalogue changed, as ISO 8601
        """
        node = URIRef(catalog_uri())
        describe(graph, node, load().classes["Catalog"], metadata.catalog(self._city, self._home, modified))
        for package in packages:
            rdf.list_package(graph, node, URIRef(package["uri"]), package)

    def _conforming(self, package: Package, names: dict[str, str]) -> Package:
        foreign = bool(package.get("uri"))
        defaults = metadata.defaults(self._city, self._owner(package), self._home, foreign=foreign)
        resources = [
            {**resource, "uri": resource_uri({"package_id": package["id"], **resource})}
            for resource in package.get("resources") or ()
        ]
        series = [names[id_] for id_ in _list(package.get("in_series")) if id_ in names]
        named = {**package, "uri": names[package["id"]], "resources": resources, "in_series": series}
        made = normalise(named, defaults).package
        made.setdefault("uri", f"{self._home}/dataset/{package['id']}")  # where the given one is no IRI
        return made

    def _owner(self, package: Package) -> Package:
        """The organization with its own fields; those that come with a package are only CKAN's."""
        id_ = package.get("owner_org") or ""
        if id_ and id_ not in self._organizations:
            show = tk.get_action("organization_show")
            parts = ("users", "groups", "followers", "dataset_count")
            options = {f"include_{part}": False for part in parts}
            self._organizations[id_] = show({"ignore_auth": True}, {"id": id_, **options})
        return self._organizations.get(id_, {})

    def _related(self, packages: list[Package]) -> Iterator[Package]:
        """Services and series that the packages refer to, as far as this portal holds them and the reader may see."""
        known = {package["id"] for package in packages}
        wanted = sorted({id_ for package in packages for id_ in self._references(package)} - known)
        search = tk.get_action("package_search")
        for start in range(0, len(wanted), MANY):
            ids = " OR ".join(f'"{id_}"' for id_ in wanted[start : start + MANY])
            query = {"fq": f"id:({ids})", "rows": MANY, "include_private": True}
            yield from search(tk.fresh_context(self._context), query)["results"]

    def _references(self, package: Package) -> Iterator[str]:
        yield from (id_ for id_ in _list(package.get("in_series")) if id_.isascii() and '"' not in id_)
        for resource in package.get("resources") or ():
            yield from filter(None, map(self._id, _list(resource.get("access_service"))))

    def _id(self, iri: str) -> str:
        """The id that a package named so has if it is one of this portal's or was imported; "" if it cannot be."""
        own = f"{self._home}/dataset/"
        if iri.startswith(own):
            id_ = iri[len(own) :]
            return id_ if id_.isascii() and '"' not in id_ else ""
        return record_id(iri, "", None) if absolute(iri) else ""


def _list(value: Any) -> list[str]:
    """A list field as it may come: as a list, as its JSON text, or not at all."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
