"""Workers say that they are alive: one key each in the broker's Redis, which expires when they stop saying so."""

import logging

from redis.exceptions import RedisError

from core.redis import broker_sync

log = logging.getLogger(__name__)
_PREFIX = "quayside:worker:"
_SECONDS = 30


def beat(worker: str) -> None:
    """Called by the worker's main process every few seconds."""
    try:
        broker_sync().set(_PREFIX + worker, 1, ex=_SECONDS)
    except RedisError as error:
        # The worker goes on and says so again; meanwhile readiness reports that Redis is away.
        log.warning("no heartbeat could be written: %s", error)


def stop(worker: str) -> None:
    try:
        broker_sync().delete(_PREFIX + worker)
    except RedisError as error:
        log.info("the heartbeat expires by itself: %s", error)


def workers() -> list[str]:
    """The names of the workers that are alive."""
    keys = broker_sync().scan_iter(_PREFIX + "*", count=1000)
    return sorted(key.decode().removeprefix(_PREFIX) for key in keys)
