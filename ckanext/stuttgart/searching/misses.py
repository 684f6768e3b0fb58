"""The log of queries that found nothing: query, how often, the last day. No person, address or time of day is kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import redis

from ckanext.stuttgart.search.missed import worth_keeping
from ckanext.stuttgart.search.query import Unit
from ckanext.stuttgart.searching import shelf

log = logging.getLogger(__name__)

MOST = 2_000  # queries that are remembered; the rarest go
KEPT_DAYS = 180  # without a new one, all are forgotten


@dataclass(frozen=True)
class Miss:
    """A query that found nothing, how often, and the last day it was asked."""

    query: str
    count: int
    last: str


def record(text: str, units: Sequence[Unit]) -> None:
    """Remember a query that found nothing, unless it may name a person."""
    kept = worth_keeping(text, units)
    if not kept:
        return
    counts, days = shelf.key("misses"), shelf.key("misses:days")
    try:
        pipe = shelf.client().pipeline()
        pipe.zincrby(counts, 1, kept)
        pipe.zremrangebyrank(counts, 0, -MOST - 1)
        pipe.hset(days, kept, datetime.now(timezone.utc).date().isoformat())
        pipe.expire(counts, KEPT_DAYS * 86_400)
        pipe.expire(days, KEPT_DAYS * 86_400)
        pipe.execute()
    except redis.RedisError:
        log.warning("Redis does not answer: a query that found nothing was not remembered.")


def most_frequent(limit: int) -> list[Miss]:
    """The queries that found nothing, the most frequent first. Raises redis.RedisError."""
    client = shelf.client()
    found = client.zrevrange(shelf.key("misses"), 0, limit - 1, withscores=True)
    days = client.hgetall(shelf.key("misses:days"))
    return [Miss(query.decode(), int(count), days.get(query, b"").decode()) for query, count in found]


def forget(query: str | None = None) -> None:
    """Forget one query, or all. Raises redis.RedisError."""
    client = shelf.client()
    if query is None:
        client.delete(shelf.key("misses"), shelf.key("misses:days"))
    else:
        client.zrem(shelf.key("misses"), query)
        client.hdel(shelf.key("misses:days"), query)
