"""The environment variables that child processes get."""

from __future__ import annotations

import os
from collections.abc import Mapping

from devstack.layout import Layout

EXTERNAL = ("CKAN_SQLALCHEMY_URL", "CKAN_SOLR_URL", "CKAN_REDIS_URL")
"""Variables by which the caller brings a service of their own instead of an embedded one."""

OWNED = (
    *EXTERNAL,
    "CKAN_DATASTORE_WRITE_URL",
    "CKAN_DATASTORE_READ_URL",
    "CKAN_SITE_URL",
    "CKAN_STORAGE_PATH",
    "CKAN_INI",
)
MARK = "DEVSTACK_NAME"
"""Set by ``env``: the ``CKAN_*`` variables beside it come from a stack and do not count as the caller's own."""

FOREIGN_PYTHON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONDONTWRITEBYTECODE")
"""Left out: they would lead to other packages, or make every start of CKAN compile it anew."""


def callers() -> dict[str, str]:
    """Return the service variables set by the caller, none when they come from another stack's ``env``."""
    if os.environ.get(MARK):
        return {}
    return {key: os.environ[key] for key in OWNED if os.environ.get(key)}


def install_environment(layout: Layout) -> dict[str, str]:
    """Return the environment for pip and uv: their caches and temporary files inside the state folder.

    HOME stays, since an index mirror may be configured there; uv, which does not read pip's settings, is told of a
    mirror named in pip's variable.
    """
    variables = {key: value for key, value in os.environ.items() if key not in FOREIGN_PYTHON}
    temporary = layout.cache / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    variables |= {
        "PIP_CACHE_DIR": str(layout.cache / "pip"),
        "UV_CACHE_DIR": str(layout.cache / "uv"),
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "TMPDIR": str(temporary),
        "PYTHONPYCACHEPREFIX": str(layout.cache / "pycache"),
    }
    if "PIP_INDEX_URL" in variables and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(variables):
        variables["UV_DEFAULT_INDEX"] = variables["PIP_INDEX_URL"]
    return variables


def run_environment(layout: Layout, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for services, CKAN, tests and linters; nothing is written below the real HOME."""
    home = layout.cache / "home"
    home.mkdir(parents=True, exist_ok=True)
    variables = install_environment(layout)
    for key in [*OWNED, MARK]:
        variables.pop(key, None)
    variables |= {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "RUFF_CACHE_DIR": str(layout.cache / "ruff"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.cache / "hypothesis"),
        "PATH": f"{layout.venv / 'bin'}{os.pathsep}{variables.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(layout.venv),
        "PYTHONUNBUFFERED": "1",
    }
    return variables | dict(extra or {})
