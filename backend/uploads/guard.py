"""Refuses a body that is too large before anything reads it.

Django's ASGI handler receives a whole body before the view runs, so the limit stands in front of it: a declared
Content-Length over the limit is answered 413 at once, and a body without one is cut when it has passed the limit.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from core.asgi import send_problem
from files.errors import FileTooLarge

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# A multipart form is larger than the file in it by its other fields and its boundaries.
FORM_ROOM = 10_000_000


class UploadGuard:
    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        limit = settings.MAX_UPLOAD_SIZE + FORM_ROOM
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            await send_problem(send, FileTooLarge(), scope)
            return
        if declared or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.application(scope, receive, send)
            return
        await self.application(scope, _counted(receive, limit), send)


def _counted(receive: Receive, limit: int) -> Receive:
    """`receive` that ends the request as a broken one (Django then drops it) when the body passes the limit."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= limit else {"type": "http.disconnect"}

    return counted
