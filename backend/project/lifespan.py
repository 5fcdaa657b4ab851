"""The ASGI lifespan protocol, for servers that speak it (uvicorn): nothing to prepare, pools to close."""

from collections.abc import Awaitable, Callable
from typing import Any

from core import redis

Message = dict[str, Any]


async def lifespan(
    _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await redis.close_pages()
            await send({"type": "lifespan.shutdown.complete"})
            return
