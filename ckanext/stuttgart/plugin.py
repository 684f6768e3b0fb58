"""The plugin `stuttgart`: wiring only."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation

from ckanext.stuttgart import settings, views
from ckanext.stuttgart.search.facets import with_facets
from ckanext.stuttgart.search.fields import indexed
from ckanext.stuttgart.search.types import datasets_only
from ckanext.stuttgart.searching import hooks, shelf


@tk.blanket.actions
@tk.blanket.blueprints(views)
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class StuttgartPlugin(p.SingletonPlugin, DefaultTranslation):
    """The schema, the profile, the catalogue and the commands."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ITranslation)  # the catalogue also mends and completes that of CKAN and of other extensions

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")

    def configure(self, config: CKANConfig) -> None:
        settings.apply_city(config)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return hooks.rewritten(datasets_only(search_params))

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return hooks.with_tokens(with_facets(indexed(pkg_dict)))

    def after_dataset_delete(self, context: Any, pkg_dict: Any) -> None:
        shelf.say_changed()
