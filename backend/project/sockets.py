"""The WebSockets of the whole site, and what is said to those who ask for others."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

from files.routing import websocket_urlpatterns as of_files

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

urlpatterns = [*of_files]


async def refuse(scope: Message, receive: Receive, send: Send) -> None:
    """Closed before it is accepted, which servers tell the client as a 403."""
    await receive()
    await send({"type": "websocket.close"})


class Sockets:
    """Channels' own applications, which answer 500 to a path that is not there and to an Origin that is no URL."""

    def __init__(self) -> None:
        # Django's types know of views only.
        nothing_here: Any = refuse
        router = URLRouter([*urlpatterns, re_path("", nothing_here)])
        self.application = AllowedHostsOriginValidator(AuthMiddlewareStack(router))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        application = self.application if _is_url(dict(scope["headers"]).get(b"origin", b"")) else refuse
        await application(scope, receive, send)


def _is_url(origin: bytes) -> bool:
    try:
        urlsplit(origin.decode("latin-1"))
    except ValueError:
        return False
    return True
