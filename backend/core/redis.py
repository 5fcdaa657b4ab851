"""Redis clients shared by a whole process.

One pool for each process (and, for async code, each event loop). Nothing is sent twice: a command that timed out may
have been executed, so there are no automatic retries, and `was_not_sent` tells the two kinds of failure apart.
"""

import asyncio
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

_CONNECT_TIMEOUT = 0.25
_TIMEOUT = 1.0
_MAX_CONNECTIONS = 200
_async_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis]" = WeakKeyDictionary()
_sync_clients: dict[str, redis.Redis] = {}


def pages() -> redis.asyncio.Redis:
    """The client for page JSON and counters, of the running event loop."""
    loop = asyncio.get_running_loop()
    client = _async_clients.get(loop)
    if client is None:
        client = _async_clients[loop] = redis.asyncio.Redis.from_url(
            settings.REDIS_PAGES_URL,
            max_connections=_MAX_CONNECTIONS,
            socket_connect_timeout=_CONNECT_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=AsyncRetry(NoBackoff(), 0),
        )
    return client


async def close_pages() -> None:
    """Close the running loop's connections."""
    client = _async_clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()


def _sync(url: str) -> redis.Redis:
    if url not in _sync_clients:
        _sync_clients[url] = redis.Redis.from_url(
            url, socket_connect_timeout=_CONNECT_TIMEOUT, socket_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
        )
    return _sync_clients[url]


def pages_sync() -> redis.Redis:
    """The client for page JSON and counters, for code outside an event loop."""
    return _sync(settings.REDIS_PAGES_URL)


def broker_sync() -> redis.Redis:
    """The client for the broker's Redis: heartbeats and health."""
    return _sync(settings.REDIS_BROKER_URL)


def was_not_sent(error: RedisError) -> bool:
    """Whether the error proves that the command never reached the server: the connection could not be made."""
    return isinstance(error, RedisConnectionError) and isinstance(
        error.__cause__ or error.__context__, ConnectionRefusedError | FileNotFoundError
    )
