"""Rare work: new lock files, and a clean slate."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from devstack import install
from devstack.environment import install_environment
from devstack.errors import StackError
from devstack.layout import CKAN_VERSIONS, Layout
from devstack.portal import Portal
from devstack.progress import step
from devstack.stack import Stack

LOCKS = ("bootstrap", "build", *(f"ckan-{version}" for version in CKAN_VERSIONS))


def lock(layout: Layout) -> None:
    """Resolve every ``.in`` file anew; the result names no registry and holds for Python 3.10 to 3.13."""
    uv = install.bootstrap(layout)
    for name in LOCKS:
        with step(f"Locking {name}"):
            command = [uv, "pip", "compile", "--quiet", "--universal", "--upgrade", "--python-version", "3.10"]
            command += ["--generate-hashes", "--no-emit-index-url", "--no-header"]
            command += [f"{name}.in", "--output-file", f"{name}.txt"]
            done = subprocess.run(
                command,
                cwd=layout.checkout / "requirements",
                env=install_environment(layout),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise StackError(f"uv found no set of versions for {name}.in: {done.stderr.strip()[-800:]}")


def stacks(layout: Layout) -> list[Stack]:
    """Return every stack that has a folder in the state folder."""
    found = []
    for ini in sorted(layout.state.glob("*/lock")):
        name, _, version = ini.parent.name.partition("-")
        found.append(Stack(Layout(layout.checkout, layout.state, name, version or CKAN_VERSIONS[0])))
    return found


def clean(layout: Layout) -> None:
    """Stop every stack, then delete the state folder."""
    for stack in stacks(layout):
        Portal(stack.layout).stop()
        stack.down()
    if is_ours(layout.state):
        with step(f"Deleting {layout.state}"):
            shutil.rmtree(layout.state)


def is_ours(state: Path) -> bool:
    """Say whether a folder is a state folder, so that a wrong ``DEVSTACK_STATE`` deletes nothing else."""
    return (state / "bootstrap").is_dir() or (state / "install.lock").is_file()
