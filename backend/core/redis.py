"""Redis clients shared by a whole process.

One pool for each process (and, for async code, each event loop). Nothing is sent twice: a command that timed out may
have been executed, so there are no automatic retries, and `was_not_sent` tells the two kinds of failure apart.

The pool of threads refuses instead of waiting when every connection is in use: so many busy at once mean that Redis
itself is slow, which waiting would not mend.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.connection import AbstractConnection as AsyncConnection
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.connection import Connection
from redis.exceptions import MaxConnectionsError, RedisError
from redis.retry import Retry

from core.batches import Batches, NotSent

_CONNECT_TIMEOUT = 1.0
_TIMEOUT = 1.0
_MAX_CONNECTIONS = 200


class AsyncPool(redis.asyncio.ConnectionPool):
    """Says NotSent when no connection can be made."""

    async def get_connection(self, *_args: Any, **_options: Any) -> AsyncConnection:
        try:
            # redis-py's own method has no types.
            return await super().get_connection()  # type: ignore[no-untyped-call, no-any-return]
        except RedisError as error:
            raise NotSent(str(error)) from error


class Pool(redis.ConnectionPool):
    """AsyncPool for code outside an event loop; a full pool stays MaxConnectionsError."""

    def get_connection(self, *_args: Any, **_options: Any) -> Connection:
        try:
            return super().get_connection()
        except MaxConnectionsError:
            raise
        except RedisError as error:
            raise NotSent(str(error)) from error


class _LoopPages:
    """The connections of one event loop, closed when the loop ends.

    Whoever runs a loop to its end closes the asynchronous generators that are still open in it (PEP 525), and so this
    one, which then closes the connections. Without it a loop made for one call would leave its connections behind.
    """

    def __init__(self, url: str) -> None:
        self.pool = AsyncPool.from_url(
            url,
            socket_connect_timeout=_CONNECT_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=AsyncRetry(NoBackoff(), 0),
        )
        self.batches = Batches(self.pool)
        self.end = self._wait_for_end()
        # The first step makes the generator known to the loop; it waits for nothing, so it ends at the `yield`.
        with suppress(StopIteration):
            self.end.asend(None).send(None)

    async def _wait_for_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            _loops.pop(asyncio.get_running_loop(), None)
            await self.pool.aclose()


_loops: "WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopPages]" = WeakKeyDictionary()
_sync_clients: dict[str, redis.Redis] = {}


def pages() -> Batches:
    """Commands for page JSON and counters, of the running event loop."""
    loop = asyncio.get_running_loop()
    held = _loops.get(loop)
    if held is None:
        held = _loops[loop] = _LoopPages(settings.REDIS_PAGES_URL)
    return held.batches


async def close_pages() -> None:
    """Close the running loop's connections."""
    held = _loops.get(asyncio.get_running_loop())
    if held is not None:
        await held.end.aclose()


def _sync(url: str) -> redis.Redis:
    if url not in _sync_clients:
        pool = Pool.from_url(
            url,
            max_connections=_MAX_CONNECTIONS,
            socket_connect_timeout=_CONNECT_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        _sync_clients[url] = redis.Redis.from_pool(pool)
    return _sync_clients[url]


def pages_sync() -> redis.Redis:
    """The client for page JSON and counters, for code outside an event loop."""
    return _sync(settings.REDIS_PAGES_URL)


def broker_sync() -> redis.Redis:
    """The client for the broker's Redis: heartbeats and health."""
    return _sync(settings.REDIS_BROKER_URL)


def was_not_sent(error: RedisError) -> bool:
    """Whether the error proves that the command never reached the server: it had no connection to go out on.

    False means that nobody knows: it was sent, and the answer was late or the connection was lost.
    """
    return isinstance(error, NotSent | MaxConnectionsError)
