"""Answers given by the ASGI layers that stand before Django."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest
from django.utils import translation

from core.errors import Problem

Message = dict[str, Any]


async def send_problem(send: Callable[[Message], Awaitable[None]], problem: Problem, scope: Message) -> None:
    """Answer with `application/problem+json` (RFC 9457) in the language that the client asks for."""
    language = _language(scope)
    with translation.override(language):
        body = problem.document()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"content-language", language.encode()),
        (b"vary", b"Accept-Language"),
        (b"x-content-type-options", b"nosniff"),
        *((name.lower().encode(), str(value).encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _language(scope: Message) -> str:
    """As Django's LocaleMiddleware finds it, which has not run yet."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    return translation.get_language_from_request(request)
