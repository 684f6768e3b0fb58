"""What browsers are told about the portal: which content they may load, who may frame it, what they may keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from flask import Response

from ckanext.stuttgart.theme import here, policy

#: For answers whose address changes with their content.
FOREVER = "public, max-age=31536000, immutable"
SETTING = "ckanext.stuttgart.theme."

ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in policy.UNUSED_FEATURES),
}

#: Flask's cookies on a portal behind https: never sent in the clear, never read by scripts, not sent along by others.
COOKIES_ON_HTTPS: Mapping[str, Any] = {
    "SESSION_COOKIE_SECURE": True,
    "REMEMBER_COOKIE_SECURE": True,
}
COOKIES: Mapping[str, Any] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
}


def apply_settings(config: CKANConfig) -> None:
    """Give cookies the safe flags, and no picture of a user from another host."""
    config.update(COOKIES)
    if _is_https(config):
        config.update(COOKIES_ON_HTTPS)
    config["ckan.gravatar_default"] = "disabled"


def add_headers(response: Response) -> Response:
    """Add the headers to every answer; what a view has set itself stays."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy(response))
    days = tk.config[SETTING + "hsts_days"]
    if days and _is_https(tk.config):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={days * 86_400}")
    return response


def _policy(response: Response) -> str:
    endpoint = here.endpoint()
    if policy.is_foreign_document(endpoint, tk.request.path, response.mimetype or ""):
        return policy.FOREIGN_DOCUMENT
    return policy.of_endpoint(
        endpoint,
        map_hosts=tuple(tk.aslist(tk.config[SETTING + "map_hosts"])),
        embedders=tuple(tk.aslist(tk.config[SETTING + "embedders"])),
    )


def _is_https(config: Any) -> bool:
    return (config.get("ckan.site_url") or "").startswith("https:")
