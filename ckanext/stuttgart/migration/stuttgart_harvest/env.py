"""Runs the migrations of the plugin stuttgart_harvest on the database that CKAN names."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import engine_from_config, pool

NAME = "stuttgart_harvest"
config = context.config


def _options() -> dict[str, Any]:
    return {
        "version_table": f"{NAME}_alembic_version",
        "include_object": lambda thing, name, kind, *_: kind != "table" or (name or "").startswith(NAME),
    }


def _offline() -> None:
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True, **_options())
    with context.begin_transaction():
        context.run_migrations()


def _online() -> None:
    section = config.get_section(config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **_options())
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    _offline()
else:
    _online()
