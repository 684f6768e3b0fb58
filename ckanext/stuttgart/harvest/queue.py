"""CKAN's background jobs as the harvest uses them: only the name of a piece of work goes there, never its state."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.jobs import get_queue
from redis.exceptions import RedisError
from rq import Worker, get_current_job

from ckanext.stuttgart import settings

# Seconds after which the worker ends a job.
LONGEST = {"gather": 2 * 3600, "write": 3600, "remove": 3600, "delete": 3600, "finish": 3600}
WORK: Any = "ckanext.stuttgart.harvest.engine.work"  # by name, as RQ stores it: the engine imports this module
SHUTDOWN = "shutdown_requested_date"  # where a worker of RQ notes that it was asked to end
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


def waiting() -> set[str] | None:
    """The ids of the jobs that wait, None where Redis does not answer: then nothing is known to be lost."""
    queue = get_queue(settings.harvest_queue())
    try:
        return set(queue.get_job_ids())
    except (RedisError, OSError):
        return None


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


def worker() -> str | None:
    """The key of the worker that this process does a job for, None where it does none."""
    job = get_current_job()
    return f"{Worker.redis_worker_namespace_prefix}{job.worker_name}" if job and job.worker_name else None


def stops(worker_: str) -> bool:
    """Whether a worker was asked to end and waits for its job."""
    try:
        return bool(get_queue(settings.harvest_queue()).connection.hget(worker_, SHUTDOWN))
    except (RedisError, OSError):
        return False
