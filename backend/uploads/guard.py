"""Refuses a body that is too large before anything reads it.

Django's ASGI handler receives a whole body, into a file on the media's disk, before the view runs, and REST framework
reads a JSON body whole into memory. So the limits stand in front of both:

- a multipart body is as large as an upload may be, and large ones are received from people who are logged in only;
- any other body is small.

A declared Content-Length over the limit is answered 413 at once, and a body without one when it has passed the limit.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from accounts.scope import is_logged_in
from core.asgi import send_problem
from core.errors import Problem, TooLarge
from files.errors import FileTooLarge

log = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# A multipart form is larger than the file in it by its other fields and its boundaries.
FORM_ROOM = 10_000_000
_BODILESS = {"GET", "HEAD", "OPTIONS"}


class UploadGuard:
    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"])
        declared = given.get(b"content-length", b"")
        size = int(declared) if declared.isdigit() else None
        if size == 0 or (size is None and scope["method"] in _BODILESS and b"transfer-encoding" not in given):
            await self.application(scope, receive, send)
            return
        is_form = given.get(b"content-type", b"").strip().lower().startswith(b"multipart/form-data")
        limit = settings.MAX_UPLOAD_SIZE + FORM_ROOM if is_form else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        refusal: Problem = FileTooLarge() if is_form else TooLarge()
        if size is not None and size > limit:
            await send_problem(send, refusal, scope)
            return
        if is_form and (size is None or size > FORM_ROOM) and not await _is_known(scope):
            if size is not None:
                # Django answers it as it answers anybody who is not logged in.
                await self.application(_without_body(scope), _ignored(receive), send)
                return
            limit = FORM_ROOM
        body = Counted(receive, limit)
        await self.application(scope, body if size is None else receive, send)
        if body.is_cut:
            # Django says nothing to a client that has left.
            await send_problem(send, refusal, scope)


async def _is_known(scope: Message) -> bool:
    async with ThreadSensitiveContext():
        try:
            known: bool = await database_sync_to_async(is_logged_in)(scope)
        except DatabaseError as error:
            log.warning("nobody can be known just now: %s", error)
            return False
        return known


def _without_body(scope: Message) -> Message:
    headers = [(name, b"0" if name == b"content-length" else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers}


def _ignored(receive: Receive) -> Receive:
    """An empty body, and then the client's disconnect; what it sends meanwhile goes nowhere."""
    begun = False

    async def ignored() -> Message:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await receive()
        while message["type"] != "http.disconnect":
            message = await receive()
        return message

    return ignored


class Counted:
    """`receive` that ends the request as a broken one (Django then drops it) when the body passes the limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive = receive
        self.left = limit

    @property
    def is_cut(self) -> bool:
        return self.left < 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_cut else message
