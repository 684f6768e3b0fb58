"""What a job may take of the machine; RQ runs each job in a process of its own, so a limit ends no other work."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator


@contextlib.contextmanager
def memory(megabytes: int) -> Iterator[None]:
    """Memory beyond the present size of this process, after which Python raises MemoryError; 0 for no limit."""
    if not megabytes:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = _present() + megabytes * 1_000_000
    soft = wanted if before[1] == resource.RLIM_INFINITY else min(wanted, before[1])
    resource.setrlimit(resource.RLIMIT_DATA, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _present() -> int:
    """Bytes of data of this process, from /proc; 0 where there is none."""
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0
