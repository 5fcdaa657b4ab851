"""Answers given by the ASGI layers that stand before Django."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from core.errors import Problem


async def send_problem(send: Callable[[dict[str, Any]], Awaitable[None]], problem: Problem) -> None:
    """Answer with `application/problem+json` (RFC 9457)."""
    body = json.dumps(problem.body(), default=str).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *((name.lower().encode(), str(value).encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
