"""The demo catalogue: loaded once, again when its files change."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from devstack import databases
from devstack.layout import Layout
from devstack.progress import say, step

COMMAND = ("stuttgart", "demo")
ADMIN = "admin"


def stamp_file(layout: Layout) -> Path:
    """Return where the stack remembers what it loaded."""
    return layout.folder / "demo-stamp"


def wanted_stamp(layout: Layout, variables: dict[str, str]) -> str:
    """Return a digest of the catalogue's files and of the database they went into."""
    digest = hashlib.sha256(variables["CKAN_SQLALCHEMY_URL"].encode())
    for file in sorted((layout.checkout / "config" / "demo").rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(layout.checkout)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_loaded(layout: Layout, variables: dict[str, str]) -> bool:
    """Say whether the files of this checkout are already in the portal."""
    try:
        return stamp_file(layout).read_text(encoding="utf-8") == wanted_stamp(layout, variables)
    except OSError:
        return False


def load(layout: Layout, variables: dict[str, str]) -> None:
    """Create the administrator and run the extension's own demo command."""
    if is_loaded(layout, variables):
        say("The demo catalogue is already loaded")
        return
    with step("Loading the demo catalogue"):
        create_admin(layout, variables)
        done = databases.ckan(layout, variables, *COMMAND)
    if f"No such command '{COMMAND[0]}'" in done.stderr:
        say(f"There is no demo catalogue: the plugins of {layout.ini} bring no command `ckan {' '.join(COMMAND)}`")
        return
    databases.require_success(done, COMMAND)
    stamp_file(layout).write_text(wanted_stamp(layout, variables), encoding="utf-8")


def password_file(layout: Layout) -> Path:
    """Return where the administrator's password lies, readable by its owner only."""
    return layout.folder / "admin-password"


def create_admin(layout: Layout, variables: dict[str, str]) -> None:
    """Create the demo's administrator once, with a password made up on the spot."""
    file = password_file(layout)
    if file.exists():
        return
    draft = file.with_suffix(".new")  # kept when cut off: the user may already have this password
    if not draft.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    words = ["email=admin@localhost.invalid", f"password={draft.read_text(encoding='utf-8')}"]
    databases.checked(layout, variables, "sysadmin", "add", ADMIN, *words, answer="y\n")
    draft.replace(file)
