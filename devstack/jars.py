"""Solr's Java archives: fetched by coordinate, verified by SHA-256, laid into one folder.

Run as ``python -m devstack.jars LOCK CACHE TARGET`` inside the virtual environment, where ``jgo`` is installed; it
knows the public repository, so that no file here has to name it. Nothing beyond the lock is resolved or fetched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import StackError

PARALLEL = 16
TRIES = 3


@dataclass(frozen=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name the file has everywhere."""
        return f"{self.artifact}-{self.version}.jar"


def read_lock(lock: Path) -> list[Jar]:
    """Parse lines of ``group:artifact:version sha256:hex``; ``#`` begins a comment."""
    jars = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        parts = words[0].split(":")
        if len(words) != 2 or len(parts) != 3 or not words[1].startswith("sha256:"):
            raise StackError(f"{lock}, line {number}: expected 'group:artifact:version sha256:...', found {line!r}.")
        jars.append(Jar(*parts, sha256=words[1].removeprefix("sha256:")))
    return jars


def is_whole(path: Path, jar: Jar) -> bool:
    """Say whether the file has the locked checksum."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def fetch(jar: Jar, cache: Path) -> Path:
    """Return the file of a jar, downloaded if need be; a file cut off by an earlier failure is fetched anew."""
    from jgo.maven import MavenContext  # only there inside the virtual environment

    context = MavenContext(repo_cache=cache, local_repos=[], timeout=60)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    problem = ""
    for _ in range(TRIES):
        if artifact.cached_path and artifact.cached_path.exists() and not is_whole(artifact.cached_path, jar):
            artifact.cached_path.unlink()
        try:
            path = Path(artifact.resolve())
        except Exception as error:  # noqa: BLE001 - jgo lets its HTTP client's errors through
            problem = str(error)
            continue
        if is_whole(path, jar):
            return path
        problem = "its checksum is not the locked one"
    raise StackError(f"The Java archive {jar.group}:{jar.artifact}:{jar.version} could not be fetched: {problem}.")


def lay_out(lock: Path, cache: Path, target: Path) -> int:
    """Fill ``target`` with exactly the jars of the lock; return how many there are."""
    jars = read_lock(lock)
    with ThreadPoolExecutor(PARALLEL) as pool:
        files = list(pool.map(lambda jar: fetch(jar, cache), jars))
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for jar, file in zip(jars, files, strict=True):
        try:
            os.link(file, draft / jar.file_name)
        except OSError:
            shutil.copyfile(file, draft / jar.file_name)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return len(jars)


if __name__ == "__main__":
    try:
        lay_out(*(Path(argument) for argument in sys.argv[1:4]))
    except StackError as failure:
        sys.exit(str(failure))
