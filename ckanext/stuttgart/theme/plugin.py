"""The plugin `stuttgart_theme`: wiring only."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import CKANApp

from ckanext.stuttgart.theme import languages, results, security, views


@tk.blanket.blueprints(views)
@tk.blanket.config_declarations
@tk.blanket.helpers
class StuttgartThemePlugin(p.SingletonPlugin):
    """The city's look, its own pages, languages and security headers."""

    p.implements(p.IConfigurer)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IMiddleware, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "stuttgart-theme")
        security.apply_settings(config)

    def make_middleware(self, app: CKANApp, config: Any) -> CKANApp:
        app.before_request(languages.one_address_per_page)
        app.after_request(security.add_headers)
        return app

    def dataset_facets(self, facets_dict: OrderedDict[str, Any], package_type: str) -> OrderedDict[str, Any]:
        return OrderedDict(results.facet_titles())

    def organization_facets(
        self, facets_dict: OrderedDict[str, Any], organization_type: str, package_type: str | None
    ) -> OrderedDict[str, Any]:
        return OrderedDict(results.facet_titles(without=["organization"]))
