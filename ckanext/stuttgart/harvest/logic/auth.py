"""Who may do what with sources: their organization's admins (or editors, by a setting) and sysadmins."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

from ckanext.stuttgart import settings
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.logic.find import organization_of

__all__ = [
    "stuttgart_harvest_deletions_approve",
    "stuttgart_harvest_deletions_discard",
    "stuttgart_harvest_history",
    "stuttgart_harvest_preview",
    "stuttgart_harvest_record_show",
    "stuttgart_harvest_run_abort",
    "stuttgart_harvest_run_create",
    "stuttgart_harvest_run_show",
    "stuttgart_harvest_source_create",
    "stuttgart_harvest_source_delete",
    "stuttgart_harvest_source_list",
    "stuttgart_harvest_source_show",
    "stuttgart_harvest_source_update",
]

# The permission in CKAN's roles that a role stands for.
PERMISSIONS = {"admin": "admin", "editor": "update_dataset"}


def _looks_after(context: Context, organization: str | None) -> AuthResult:
    """Whether the user looks after the sources of an organization."""
    user = context.get("user") or ""
    organization = loose.storable(organization)
    permission: Any = PERMISSIONS[settings.harvest_source_role()]
    if organization and authz.has_user_permission_for_group_or_org(organization, user, permission):
        return {"success": True}
    return {"success": False, "msg": tk._("You are not allowed to look after the sources of this organization.")}


def _of_source(context: Context, data_dict: DataDict) -> AuthResult:
    return _looks_after(context, organization_of(data_dict))


def stuttgart_harvest_source_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Without an organization: whether there is one the user may make sources for."""
    wanted = data_dict.get("owner_org")
    if wanted:
        return _looks_after(context, str(wanted))
    role: Any = PERMISSIONS[settings.harvest_source_role()]
    found = tk.get_action("organization_list_for_user")({"user": context.get("user", "")}, {"permission": role})
    return {"success": bool(context.get("user") and found)}


def stuttgart_harvest_preview(context: Context, data_dict: DataDict) -> AuthResult:
    """As making a source: it makes the portal read an address."""
    return stuttgart_harvest_source_create(context, data_dict)


def stuttgart_harvest_source_update(context: Context, data_dict: DataDict) -> AuthResult:
    """The source's own organization, and the one it shall go to."""
    own = _of_source(context, data_dict)
    wanted = data_dict.get("owner_org")
    return _looks_after(context, str(wanted)) if own.get("success") and wanted else own


def stuttgart_harvest_source_delete(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_run_create(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_run_abort(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_run_show(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_record_show(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_deletions_approve(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


def stuttgart_harvest_deletions_discard(context: Context, data_dict: DataDict) -> AuthResult:
    return _of_source(context, data_dict)


@tk.auth_allow_anonymous_access
def stuttgart_harvest_source_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Everybody may know where data come from; settings are shown to those who may change them."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def stuttgart_harvest_source_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def stuttgart_harvest_history(context: Context, data_dict: DataDict) -> AuthResult:
    """As the package itself."""
    tk.check_access("package_show", context, {"id": loose.storable(str(data_dict.get("id") or ""))})
    return {"success": True}
