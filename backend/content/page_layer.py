"""Answers reads of pages from Redis, in one round trip and before Django.

Django's middleware does not run here, so the layer does what it would: it looks at Host, throttles (inside its Redis
call), and sends the headers of safety and CORS. Whatever it does not know, or Redis does not have, goes on to Django.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, lru_cache, partial
from secrets import token_hex
from typing import Any, NamedTuple

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.signals import setting_changed
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from accounts.addresses import address_of, subscriber
from content import page_cache, reading
from content.page_answer import CORS, Answer, Headers, answer, transport_security, views_of
from content.page_cache import LIST, Hit, Limited, Miss
from content.page_json import ROOT, render_detail, render_list
from content.page_query import DetailQuery, ListQuery, cached_question
from content.page_redis import Away
from core.asgi import send_problem
from core.errors import NotFound, TooManyRequests
from core.logging import request_id
from core.metrics import PAGE_READS

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Given = Mapping[bytes, bytes]

_PAGE = re.compile(re.escape(ROOT) + r"([1-9][0-9]{0,17})/")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LONGEST = 1000
_JSON_RANGES = re.compile(r"(^|[,\s])(application/json|application/\*|\*/\*)\s*($|[,;])")
# The JSON is the same in every language, so the marks of Django's LocaleMiddleware are taken off good answers; and a
# 304 has no length (RFC 9110, section 8.6, allows but that of the 200).
_TAKEN_OFF = {200: {b"content-language", b"vary"}, 304: {b"content-language", b"vary", b"content-length"}}
_found = PAGE_READS.labels("redis")


class Policy(NamedTuple):
    """Settings, gathered once: asking Django for each of them takes as long as the rest of the layer."""

    hosts: tuple[str, ...]
    requests_a_minute: int
    only_secure: bool
    transport_security: Headers


@cache
def policy() -> Policy:
    return Policy(
        hosts=tuple(settings.ALLOWED_HOSTS),
        requests_a_minute=settings.ANON_THROTTLE,
        only_secure=settings.SECURE_SSL_REDIRECT,
        transport_security=transport_security(),
    )


# Settings change in tests alone.
setting_changed.connect(lambda **_: policy.cache_clear(), weak=False, dispatch_uid="page layer")


class PageLayer:
    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        whose = _whose(scope["path"]) if scope["type"] == "http" else None
        if whose is None:
            await self.application(scope, receive, send)
            return
        given = dict(scope["headers"])
        identifier = _identifier(given)
        request_id.set(identifier)
        found = await _find(whose, scope, given)
        if isinstance(found, Hit):
            head, none_match = scope["method"] == "HEAD", given.get(b"if-none-match", b"")
            own = ((b"x-request-id", identifier.encode()), *_transport_security(scope, given))
            await _send(answer(*found, if_none_match=none_match, head=head), own, send)
        elif isinstance(found, Limited):
            headers = {**CORS, "X-Request-ID": identifier}
            await send_problem(send, TooManyRequests(retry_after=found.retry_after, headers=headers), scope)
        else:
            await self.application(scope, receive, _as_from_here(send))


def _whose(path: str) -> str | None:
    """The page id in a path of the page API, or `list`; None for any other path."""
    if not path.startswith(ROOT):
        return None
    if path == ROOT:
        return LIST
    page = _PAGE.fullmatch(path)
    return page[1] if page else None


async def _find(whose: str, scope: Message, given: Given) -> Hit | Limited | None:
    """The JSON, counted; None when Django has to answer."""
    is_list, allowed = whose == LIST, policy().requests_a_minute
    question = cached_question(scope["query_string"], is_list) if _is_plain(scope, given) else None
    client = _client(scope, given) if allowed else ""
    if question is None:
        return await _throttle(client, allowed)
    query, variant = question
    purpose = given.get(b"sec-purpose", b"") + given.get(b"purpose", b"")
    views = views_of(scope["method"], purpose, is_list=is_list)
    try:
        found = await page_cache.read(whose, variant, views=views, allowed=allowed, client=client)
    except Away as away:
        return await _build(whose, query, variant, views if away.nothing_done else 0)
    if isinstance(found, Miss):
        return await _build(whose, query, variant, views)
    if isinstance(found, Hit):
        _found.inc()
    return found


async def _throttle(client: str, allowed: int) -> Limited | None:
    """Count a request that is for Django."""
    if not allowed:
        return None
    try:
        found = await page_cache.read("", "", views=0, allowed=allowed, client=client)
    except Away:
        return None
    return found if isinstance(found, Limited) else None


async def _build(whose: str, query: DetailQuery | ListQuery, variant: str, views: int) -> Hit | None:
    """The JSON from the database; None when it is not to be had: Django says why, in the client's language."""
    render = partial(render_list, query) if isinstance(query, ListQuery) else partial(render_detail, int(whose), query)
    async with ThreadSensitiveContext():
        try:
            return await reading.read(render, whose=whose, variant=variant, views=views)
        except (NotFound, DatabaseError):
            return None


def _is_plain(scope: Message, given: Given) -> bool:
    """Whether this is a read that holds no surprise: Django refuses or redirects the others."""
    return (
        scope["method"] in {"GET", "HEAD"}
        # What is found out about headers and questions is remembered, so none may be of any length.
        and max(map(len, (scope["query_string"], given.get(b"host", b""), given.get(b"accept", b"")))) <= _LONGEST
        and _host_is_ours(given.get(b"host", b""), policy().hosts)
        and _takes_json(given.get(b"accept", b"*/*"))
        and (not policy().only_secure or _is_secure(scope, given))
    )


@lru_cache(maxsize=1024)
def _host_is_ours(host: bytes, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, allowed)


@lru_cache(maxsize=1024)
def _takes_json(accept: bytes) -> bool:
    return _JSON_RANGES.search(accept.decode("latin-1").lower()) is not None


def _is_secure(scope: Message, given: Given) -> bool:
    """As Django's `request.is_secure`: a trusted proxy says how it was called."""
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if trusted:
        name = trusted[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
        said = given.get(name)
        if said is not None:
            return bool(said.decode("latin-1").split(",")[0].strip() == trusted[1])
    return bool(scope.get("scheme") == "https")


def _client(scope: Message, given: Given) -> str:
    peer = scope["client"][0] if scope.get("client") else ""
    return subscriber(address_of(peer, given.get(b"x-forwarded-for", b"").decode("latin-1")))


async def _send(answered: Answer, own: Headers, send: Send) -> None:
    await send({"type": "http.response.start", "status": answered.status, "headers": [*answered.headers, *own]})
    await send({"type": "http.response.body", "body": answered.body})


def _identifier(given: Given) -> str:
    """As Django's RequestIdMiddleware: a sane id that the client or a proxy gave, or a new one."""
    identifier = given.get(b"x-request-id", b"")
    return identifier.decode() if _REQUEST_ID.fullmatch(identifier) else token_hex(16)


def _transport_security(scope: Message, given: Given) -> Headers:
    safety = policy().transport_security
    return safety if safety and _is_secure(scope, given) else ()


def _as_from_here(send: Send) -> Send:
    """`send` for Django's answers, which makes them the same as the layer's."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            taken_off = _TAKEN_OFF.get(message["status"], ())
            headers = [header for header in message["headers"] if header[0].lower() not in taken_off]
            message = {**message, "headers": headers}
        await send(message)

    return sent
