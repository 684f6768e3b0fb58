"""The plugin `stuttgart_harvest`: wiring only."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ckanext.stuttgart.cli import stuttgart
from ckanext.stuttgart.cli.harvest import harvest
from ckanext.stuttgart.harvest import views


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints(views)
@tk.blanket.config_declarations
@tk.blanket.helpers
class StuttgartHarvestPlugin(p.SingletonPlugin):
    """Sources that are read again and again."""

    p.implements(p.IClick)
    p.implements(p.IConfigurer)

    def update_config(self, config: object) -> None:
        tk.add_template_directory(config, "templates")  # type: ignore[arg-type]
        tk.add_resource("assets", "stuttgart-harvest")
        # CKAN 2.11 lets the forms of extensions pass without a token unless told otherwise; 2.12 never does.
        config["ckan.csrf_protection.ignore_extensions"] = False  # type: ignore[index]

    def get_commands(self) -> list[click.Command]:
        # A part of `ckan stuttgart`, which the plugin `stuttgart` brings.
        stuttgart.add_command(harvest)
        return []
