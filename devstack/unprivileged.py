"""Running PostgreSQL when we are root: it refuses that, so it gets the existing user ``nobody``.

No user is created and no folder's mode is changed. Where ``nobody`` may not enter the state folder (a checkout below
``/root`` or in a ``mktemp -d``), the process keeps the one capability that passes closed folders.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from functools import cache
from pathlib import Path

from devstack.errors import StackError

ACCOUNT = "nobody"


@cache
def account() -> pwd.struct_passwd | None:
    """Return the user to drop to, or none when we are not root anyway."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise StackError(
            f"PostgreSQL does not run as root and there is no user {ACCOUNT!r} here: run devstack as an ordinary user."
        ) from None


def prefixes(user: pwd.struct_passwd) -> list[list[str]]:
    """Return the ways to drop root, the one with fewer rights first.

    ``no_setuid_fixup`` is needed because PostgreSQL asks ``access(2)`` about its own program, and the kernel leaves
    capabilities out of that answer for an ordinary user unless the bit is set.
    """
    tool = shutil.which("setpriv")
    if not tool:
        return []
    plain = [tool, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return [plain, [*plain, *passing]]


@cache
def prefix(program: Path, folder: Path) -> tuple[str, ...]:
    """Return what stands before the command so that ``program`` runs without root and can work in ``folder``."""
    user = account()
    if user is None:
        return ()
    for words in prefixes(user):
        trial = subprocess.run(
            [*words, "sh", "-c", 'cd "$1" && test -x "$2" && exec "$2" --version', "sh", str(folder), str(program)],
            capture_output=True,
            check=False,
        )
        if trial.returncode == 0:
            return tuple(words)
    raise StackError(
        f"PostgreSQL does not run as root, and the user {ACCOUNT!r} cannot enter {folder}: set DEVSTACK_STATE to a "
        "folder that every user may enter (below /var/tmp, say), or run as an ordinary user."
    )


def hand_over(folder: Path) -> None:
    """Make the unprivileged user the owner of a folder inside the stack; nothing to do when we are not root."""
    user = account()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
