"""Placeholder until the real wiring stands here."""

from __future__ import annotations

import ckan.plugins as p


class StuttgartPlugin(p.SingletonPlugin):
    """Nothing yet."""
