"""The portal's own process: ``ckan run`` of one stack."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from devstack import ports, processes
from devstack.environment import run_environment
from devstack.errors import StackError
from devstack.layout import Layout

START_LIMIT = 120


@dataclass(frozen=True)
class Portal:
    """CKAN's server at http://localhost:PORT."""

    layout: Layout
    title: str = "the portal"

    @property
    def folder(self) -> Path:
        """Where the process works and logs."""
        return self.layout.folder / "portal"

    @property
    def log(self) -> Path:
        """What CKAN prints."""
        return self.folder / "portal.log"

    @property
    def url(self) -> str:
        """The address for the browser."""
        return f"http://localhost:{ports.portal_port(self.layout)}"

    def running(self) -> bool:
        """Say whether the process is there."""
        return bool(processes.living(self.folder, "python"))

    def require_port(self) -> None:
        """Raise when another program has the port, or take another one where none was promised."""
        port = ports.portal_port(self.layout)
        if self.running() or ports.is_free(port):
            return
        if not ports.is_portal_port_fixed(self.layout):
            ports.renew_portal_port(self.layout)
        else:
            raise StackError(f"Port {port} is taken by another program: stop it or set DEVSTACK_PORT to a free port.")

    def start(self, variables: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start it in the background and return when it answers."""
        self.require_port()
        port = str(ports.portal_port(self.layout))
        command = [self.layout.python, self.layout.venv / "bin" / "ckan", "-c", self.layout.ini]
        command += ["run", "--host", ports.LOOPBACK, "--port", port, "--disable-reloader"]
        environment = run_environment(self.layout, variables)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        process = processes.spawn(command, self.folder, environment, self.log)
        processes.wait_ready(self.title.capitalize(), process, self.answers, self.log, START_LIMIT)
        return process

    def stop(self) -> bool:
        """Stop it; return whether it was there."""
        return processes.stop(self.folder, "python", limit=10)

    def answers(self) -> bool:
        """Say whether the portal serves its API; no proxy is asked."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        address = f"http://{ports.LOOPBACK}:{ports.portal_port(self.layout)}/api/3/action/status_show"
        try:
            with opener.open(address, timeout=30) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False
