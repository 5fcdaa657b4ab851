"""The references: ASGI applications that answer with given bytes, and the page API as plain Django REST framework.

`BENCH_BODY` names the file with the bytes.
"""

import os
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import django
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.redis import pages
from project.lifespan import lifespan

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY = Path(os.environ.get("BENCH_BODY", os.devnull)).read_bytes()
KEY = f"bench:{len(BODY)}"
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def bare(scope: Message, receive: Receive, send: Send) -> None:
    """The same bytes from memory."""
    if scope["type"] != "http":
        await lifespan(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


async def bare_redis(scope: Message, receive: Receive, send: Send) -> None:
    """The same bytes after one round trip to Redis, as redis-py makes it fastest: a connection for each, no retries."""
    if scope["type"] != "http":
        await _client().set(KEY, BODY)
        await lifespan(scope, receive, send)
        return
    body = await _client().get(KEY)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})


@cache
def _client() -> redis.asyncio.Redis:
    url, retry = settings.REDIS_PAGES_URL, Retry(NoBackoff(), 0)
    return redis.asyncio.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=retry)


async def bare_batched(scope: Message, receive: Receive, send: Send) -> None:
    """The same bytes after one round trip to Redis, shared with others as the page layer shares it."""
    if scope["type"] != "http":
        await pages().execute("SET", KEY, BODY)
        await lifespan(scope, receive, send)
        return
    body = await pages().execute("GET", KEY)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})


def plain() -> Any:
    """Makes the application of `benchmarks.plain`, whose models need Django set up."""
    django.setup()
    from benchmarks.plain import application

    return application
