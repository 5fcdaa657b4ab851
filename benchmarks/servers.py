"""The references: ASGI applications that answer with given bytes, and the page API as plain Django REST framework.

`BENCH_BODY` names the file with the bytes.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import django

from core import redis
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
    """The same bytes after one round trip to Redis, through the pool that the page layer uses."""
    if scope["type"] != "http":
        await redis.pages().set(KEY, BODY)
        await lifespan(scope, receive, send)
        return
    body = await redis.pages().get(KEY)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})


def plain() -> Any:
    """Makes the application of `benchmarks.plain`, whose models need Django set up."""
    django.setup()
    from benchmarks.plain import application

    return application
