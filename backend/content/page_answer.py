"""The HTTP answer of a page read, built in one place for the layer before Django and for the views."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.utils.http import parse_etags

from content.page_shelf import Cut

Headers = tuple[tuple[bytes, bytes], ...]

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID"}
# Those of CORS, and those that Django's middleware gives every answer, for the layer stands before it.
_ALWAYS: Headers = (
    *((name.lower().encode(), value.encode()) for name, value in CORS.items()),
    (b"cache-control", b"no-cache"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_JSON: Headers = (*_ALWAYS, (b"content-type", b"application/json"))


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes


def answer(cut: Cut, views: Sequence[int], *, if_none_match: bytes = b"", head: bool = False) -> Answer:
    """200 with the JSON and its counters, or 304 (RFC 9110, section 13.1.2) when the client has it but for those."""
    if if_none_match and matches(if_none_match, cut.etag):
        return Answer(304, (*_ALWAYS, (b"etag", cut.etag)), b"")
    body = cut.filled(views)
    headers = (*_JSON, (b"etag", cut.etag), (b"content-length", b"%d" % len(body)))
    return Answer(200, headers, b"" if head else body)


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Weak comparison: two tags are alike when they are but for the `W/` before them."""
    opaque = etag.decode().removeprefix("W/")
    given = parse_etags(if_none_match.decode("latin-1"))
    return given == ["*"] or any(tag.removeprefix("W/") == opaque for tag in given)


def views_of(method: str, purpose: bytes, *, is_list: bool) -> int:
    """How many views a read counts for each content: 1, or 0 for HEAD, a prefetch, and lists that are not counted."""
    if method != "GET" or b"prefetch" in purpose or (is_list and not settings.VIEWS_COUNT_LISTS):
        return 0
    return 1


def transport_security() -> Headers:
    """Strict-Transport-Security as Django's SecurityMiddleware writes it; nothing when it is not set."""
    if not settings.SECURE_HSTS_SECONDS:
        return ()
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    value += "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    value += "; preload" if settings.SECURE_HSTS_PRELOAD else ""
    return ((b"strict-transport-security", value.encode()),)
