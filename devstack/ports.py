"""Ports on 127.0.0.1: chosen once for a stack, kept in its folder, changed when another program has taken one."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket

from devstack.errors import StackError
from devstack.layout import DEFAULT_NAME, Layout

PORTAL_PORT = 5000
LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Say whether a server could listen on ``port`` of both loopback addresses."""
    for family, address in ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1")):
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:  # anything else: no such address
                    return False
    return True


def any_free() -> int:
    """Let the operating system choose a port."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_from_environment(variable: str) -> int | None:
    """Read a port set by the caller; refuse what is not one."""
    text = os.environ.get(variable, "").strip()
    if not text:
        return None
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"{variable} must be a port between 1 and 65535, not {text!r}.")
    return int(text)


def kept(layout: Layout) -> dict[str, int]:
    """Read the ports the stack used last; a damaged file counts as none."""
    try:
        stored = json.loads((layout.folder / "ports.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {str(key): value for key, value in stored.items() if isinstance(value, int)}


def keep(layout: Layout, use: str, port: int) -> int:
    """Store a port and return it."""
    layout.folder.mkdir(parents=True, exist_ok=True)
    target = layout.folder / "ports.json"
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(kept(layout) | {use: port}), encoding="utf-8")
    draft.replace(target)
    return port


def current(layout: Layout, use: str) -> int:
    """Return the port the stack keeps for a service, choosing one at first."""
    port = port_from_environment(f"DEVSTACK_{use.upper()}_PORT") or kept(layout).get(use)
    return port or keep(layout, use, any_free())


def for_start(layout: Layout, use: str) -> int:
    """Return a port on which a service that is not running can be started."""
    variable = f"DEVSTACK_{use.upper()}_PORT"
    wanted = port_from_environment(variable)
    if wanted and not is_free(wanted):
        raise StackError(f"Port {wanted} is taken by another program: set {variable} to a free one.")
    port = wanted or current(layout, use)
    return keep(layout, use, port if is_free(port) else any_free())


def portal_port(layout: Layout) -> int:
    """Return the portal's port: ``DEVSTACK_PORT``, 5000 for the demo, for other stacks the first free one above."""
    port = port_from_environment("DEVSTACK_PORT")
    if port:
        return port
    if layout.name == DEFAULT_NAME:
        return PORTAL_PORT
    return kept(layout).get("portal") or renew_portal_port(layout)


def renew_portal_port(layout: Layout) -> int:
    """Give a stack other than the demo the next free port."""
    return keep(layout, "portal", next(number for number in range(PORTAL_PORT + 1, 65536) if is_free(number)))


def is_portal_port_fixed(layout: Layout) -> bool:
    """Say whether the portal's port was promised to somebody."""
    return layout.name == DEFAULT_NAME or port_from_environment("DEVSTACK_PORT") is not None
