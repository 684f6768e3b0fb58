"""CKAN's background jobs as the harvest uses them: only the name of a piece of work goes there, never its state."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.jobs import get_queue
from redis.exceptions import RedisError
from rq import Worker

from ckanext.stuttgart import settings

LONGEST = {
    "gather": 2 * 3600,
    "write": 3600,
    "remove": 3600,
    "finish": 3600,
}  # seconds, after which the worker ends a job
WORK: Any = "ckanext.stuttgart.harvest.engine.work"  # by name, as RQ stores it: the engine imports this module
KEPT = 3600  # seconds that Redis keeps a job that is over; what became of it stands in the tables


class Unreachable(Exception):
    """Redis does not answer."""


def put(job_id: str, kind: str) -> str:
    """Queue a piece of work; returns its id there. Raises Unreachable."""
    try:
        job = tk.enqueue_job(
            WORK,
            [job_id],
            title=f"harvest: {kind}",
            queue=settings.harvest_queue(),
            rq_kwargs={"timeout": LONGEST[kind], "failure_ttl": KEPT, "result_ttl": 0},
        )
    except (RedisError, OSError) as error:
        raise Unreachable from error
    return job.id


def holds(queue_id: str) -> bool:
    """Whether a job still waits there; while Redis is away, nothing is known to be lost."""
    queue = get_queue(settings.harvest_queue())
    try:
        return queue_id in queue.get_job_ids()
    except (RedisError, OSError):
        return True


def length() -> int | None:
    """How many jobs wait, None where Redis does not answer."""
    try:
        return len(get_queue(settings.harvest_queue()))
    except (RedisError, OSError):
        return None


def workers() -> int | None:
    """How many workers listen to the queue of the harvest, None where Redis does not answer."""
    queue = get_queue(settings.harvest_queue())
    try:
        return len(Worker.all(queue=queue))
    except (RedisError, OSError):
        return None
