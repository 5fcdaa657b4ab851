"""Every error that a client may see, and the one place that turns an error into a response (RFC 9457)."""

import errno
import json
import logging
import math
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import redis.exceptions
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf

log = logging.getLogger(__name__)


class Problem(Exception):
    """An error with a code for programs, a title for people and an HTTP status."""

    code: ClassVar[str] = "error"
    title: ClassVar[str | Promise] = _("Something went wrong.")
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | Promise | None = None,
        *,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The members of the problem document; `errors` only when there are some."""
        title = str(self.title)
        body: dict[str, Any] = {
            "type": f"urn:quayside:problem:{self.code}",
            "title": title,
            "status": self.status,
            "detail": str(self.detail or title),
            "code": self.code,
        }
        return {**body, "errors": dict(self.errors)} if self.errors else body

    def document(self) -> bytes:
        """The body as JSON. Half of a surrogate pair, which UTF-8 does not have, stays an escape of JSON."""
        return json.dumps(self.body(), ensure_ascii=False, default=str).encode(errors="backslashreplace")


class InvalidRequest(Problem):
    code = "invalid"
    title = _("The request is not valid.")
    status = 400


class NotAuthenticated(Problem):
    code = "not_authenticated"
    title = _("Log in first.")
    status = 401

    def __init__(self, detail: str | Promise | None = None, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        self.headers.setdefault("WWW-Authenticate", 'JWT realm="api"')


class PermissionRefused(Problem):
    code = "permission_denied"
    title = _("You may not do this.")
    status = 403


class NotFound(Problem):
    code = "not_found"
    title = _("There is nothing here.")
    status = 404


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    title = _("This method is not allowed here.")
    status = 405


class NotAcceptable(Problem):
    code = "not_acceptable"
    title = _("There is no answer in an acceptable format.")
    status = 406


class Conflict(Problem):
    code = "conflict"
    title = _("The state of the object does not allow this.")
    status = 409


class Gone(Problem):
    code = "gone"
    title = _("This is gone.")
    status = 410


class TooLarge(Problem):
    code = "too_large"
    title = _("The request is too large.")
    status = 413


class UnsupportedType(Problem):
    code = "unsupported_type"
    title = _("This media type is not taken.")
    status = 415


class RangeNotSatisfiable(Problem):
    code = "range_not_satisfiable"
    title = _("The range lies outside the file.")
    status = 416


class Unprocessable(Problem):
    code = "unprocessable"
    title = _("The contents cannot be processed.")
    status = 422


class TooManyRequests(Problem):
    """`retry_after` is in seconds."""

    code = "throttled"
    title = _("Too many requests.")
    status = 429

    def __init__(self, detail: str | Promise | None = None, *, retry_after: int, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        self.retry_after = retry_after
        self.headers.setdefault("Retry-After", str(retry_after))


class ServerFault(Problem):
    """The catch-all: what happened is in the log, never in the answer."""


class ServiceUnavailable(Problem):
    code = "unavailable"
    title = _("The service cannot answer just now.")
    status = 503

    def __init__(self, detail: str | Promise | None = None, *, retry_after: int = 5, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        self.headers.setdefault("Retry-After", str(retry_after))


class InsufficientStorage(Problem):
    code = "no_space"
    title = _("There is not enough room.")
    status = 507


UNREACHABLE = (
    OperationalError,
    InterfaceError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    # Redis answers, and cannot take what it is given: it is full, or a copy of another.
    redis.exceptions.OutOfMemoryError,
    redis.exceptions.ReadOnlyError,
)
# Full, or over the quota of the file system.
_FULL = {errno.ENOSPC, errno.EDQUOT}
# PostgreSQL's code for disk_full (its manual, appendix A).
_FULL_POSTGRESQL = "53100"


def all_problems() -> Iterator[type[Problem]]:
    """Every Problem class that has been imported."""
    pending = [Problem]
    while pending:
        problem = pending.pop()
        yield problem
        pending.extend(problem.__subclasses__())


def problem_response(problem: Problem) -> HttpResponse:
    response = HttpResponse(problem.document(), status=problem.status, content_type="application/problem+json")
    for name, value in problem.headers.items():
        response[name] = value
    return response


def as_problem(exc: BaseException) -> Problem | None:
    """The Problem that tells a client of this exception; None when it is a fault of ours."""
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, drf.APIException):
        return _from_drf(exc)
    if isinstance(exc, Http404):
        return NotFound()
    if isinstance(exc, DjangoPermissionDenied):
        return PermissionRefused()
    if isinstance(exc, DjangoValidationError):
        return InvalidRequest(errors=_from_django(exc))
    if _says_disk_full(exc):
        log.error("the disk is full: %s", exc)
        return InsufficientStorage()
    if _is_unreachable(exc):
        log.error("a service is unreachable: %s", exc)
        return ServiceUnavailable()
    return None


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Django REST framework's EXCEPTION_HANDLER; None lets an unknown exception rise to Django's 500."""
    if isinstance(exc, RecursionError):
        # JSON in a thousand brackets; should it be a fault of ours all the same, the log says where.
        log.warning("nested too deeply", exc_info=exc)
        return problem_response(InvalidRequest(_("The request is nested too deeply.")))
    problem = as_problem(exc)
    return None if problem is None else problem_response(problem)


def _says_disk_full(exc: BaseException) -> bool:
    """Of a file, or of the database, whose drivers put their own error underneath Django's."""
    if isinstance(exc, OSError):
        return exc.errno in _FULL
    cause = exc.__cause__ if isinstance(exc, OperationalError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _FULL_POSTGRESQL


def _is_unreachable(exc: BaseException) -> bool:
    """SQLite calls a mistake in a query, or a missing table, an OperationalError too: that is a fault of ours."""
    return isinstance(exc, UNREACHABLE) and getattr(exc.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def _from_drf(exc: drf.APIException) -> Problem:
    if isinstance(exc, drf.ValidationError):
        return InvalidRequest(errors=_by_field(exc.detail))
    text = _sentence(exc.detail)
    if isinstance(exc, drf.Throttled):
        # Rounded up: who comes back too early is refused again.
        return TooManyRequests(text, retry_after=max(1, math.ceil(getattr(exc, "wait", None) or 1)))
    kinds = {problem.status: problem for problem in _table() if problem is not TooManyRequests}
    kind = kinds.get(exc.status_code, ServerFault)
    if kind is ServerFault:
        return ServerFault()
    auth_header = getattr(exc, "auth_header", None)
    return kind(text, headers={"WWW-Authenticate": str(auth_header)} if auth_header else None)


def _table() -> list[type[Problem]]:
    """The classes of this module, one for a status."""
    return [problem for problem in all_problems() if problem.__module__ == __name__]


def _sentence(detail: Any) -> str:
    """The text of an APIException, whose detail may be nested, as simplejwt's is: `{"detail": …, "code": …}`."""
    if isinstance(detail, Mapping):
        return _sentence(detail.get("detail", ""))
    return " ".join(map(_sentence, detail)) if isinstance(detail, list) else str(detail)


def _from_django(exc: DjangoValidationError) -> dict[str, list[str]]:
    """By field, under the names that DRF would use."""
    if not hasattr(exc, "error_dict"):
        return {"non_field_errors": exc.messages}
    return {"non_field_errors" if name == NON_FIELD_ERRORS else name: texts for name, texts in exc.message_dict.items()}


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested error details as one level: `{"contents.0.title": ["…"]}`."""
    if isinstance(detail, Mapping):
        parts = [_by_field(value, f"{path}.{key}" if path else str(key)) for key, value in detail.items()]
        return {key: value for part in parts for key, value in part.items()}
    if isinstance(detail, list) and any(isinstance(entry, Mapping) for entry in detail):
        return _by_field(dict(enumerate(detail)), path)
    values = detail if isinstance(detail, list) else [detail]
    return {path or "non_field_errors": [str(value) for value in values]} if values else {}
