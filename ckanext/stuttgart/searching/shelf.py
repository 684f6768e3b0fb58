"""What all processes of the portal share about the search, in Redis; all of it can be dropped and comes back by itself.

changed      seconds: when a package was written last
vocabulary   the words of the index, compressed; `built` its stamp: seconds, duration and a random part
synonyms     a stamp, new when the file is to be read anew
misses       the log of queries that found nothing
"""

from __future__ import annotations

import json
import logging
import secrets
import time
import zlib
from dataclasses import dataclass
from typing import Any, cast

import ckan.plugins.toolkit as tk
import redis
from ckan.lib.redis import connect_to_redis

log = logging.getLogger(__name__)

LOCKED = 120  # seconds after which a build counts as dead


@dataclass(frozen=True)
class Stamps:
    """What tells a process whether what it holds is still good; empty where Redis does not answer."""

    changed: float = 0.0
    built: str = ""
    synonyms: str = ""

    @property
    def built_at(self) -> float:
        """When the vocabulary was made."""
        return float(self.built.split()[0]) if self.built else 0.0

    @property
    def took(self) -> float:
        """Seconds it took."""
        return float(self.built.split()[1]) if self.built else 0.0


def key(name: str) -> str:
    """The name of a key of this portal."""
    return f"stuttgart:search:{tk.config['ckan.site_id']}:{name}"


def client() -> Any:
    """The connection; untyped, since the client's annotations promise awaitables."""
    return cast("Any", connect_to_redis())


def stamps() -> Stamps:
    """All stamps in one round trip."""
    try:
        changed, built, synonyms = client().mget(key("changed"), key("built"), key("synonyms"))
    except redis.RedisError:
        log.warning("Redis does not answer: queries are read without the words of the index.")
        return Stamps()
    return Stamps(float(changed or 0), (built or b"").decode(), (synonyms or b"").decode())


def say_changed() -> None:
    """A package was written or deleted."""
    try:
        client().set(key("changed"), time.time())
    except redis.RedisError:
        log.warning("Redis does not answer: the words of the index are brought up to date at the next change.")


def renew_synonyms() -> None:
    """Let every process read the file of synonyms anew."""
    client().set(key("synonyms"), secrets.token_hex(8))


def lock() -> bool:
    """Whether this process is the one that builds."""
    return bool(client().set(key("building"), 1, nx=True, ex=LOCKED))


def unlock() -> None:
    """The build is over."""
    client().delete(key("building"))


def keep_vocabulary(content: Any, started: float) -> None:
    """Store what was built since `started` for all processes."""
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 3)
    stamp = f"{started:.3f} {time.time() - started:.3f} {secrets.token_hex(4)}"
    pipe = client().pipeline()
    pipe.set(key("vocabulary"), packed)
    pipe.set(key("built"), stamp)
    pipe.execute()


def vocabulary() -> Any:
    """What was stored last; None where nothing is."""
    packed = client().get(key("vocabulary"))
    return json.loads(zlib.decompress(packed)) if packed else None


def forget() -> None:
    """Drop the vocabulary: the next query makes it anew."""
    client().delete(key("vocabulary"), key("built"), key("building"))
