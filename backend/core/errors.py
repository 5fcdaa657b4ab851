"""Every error that a client may see, and the one place that turns an error into a response (RFC 9457)."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import redis.exceptions
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
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
)
_BY_STATUS: dict[int, type[Problem]] = {
    400: InvalidRequest,
    401: NotAuthenticated,
    403: PermissionRefused,
    404: NotFound,
    405: MethodNotAllowed,
    406: NotAcceptable,
    415: UnsupportedType,
}


def all_problems() -> Iterator[type[Problem]]:
    """Every Problem class that has been imported."""
    pending = [Problem]
    while pending:
        problem = pending.pop()
        yield problem
        pending.extend(problem.__subclasses__())


def problem_response(problem: Problem) -> HttpResponse:
    response = JsonResponse(problem.body(), status=problem.status, content_type="application/problem+json")
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
        return InvalidRequest(errors=_by_field(getattr(exc, "message_dict", {"non_field_errors": exc.messages})))
    if isinstance(exc, UNREACHABLE):
        log.error("a service is unreachable: %s", exc)
        return ServiceUnavailable()
    return None


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Django REST framework's EXCEPTION_HANDLER; None lets an unknown exception rise to Django's 500."""
    problem = as_problem(exc)
    if problem is None:
        return None
    return problem_response(problem)


def _from_drf(exc: drf.APIException) -> Problem:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(exc.auth_header)  # type: ignore[attr-defined]
    if isinstance(exc, drf.Throttled):
        return TooManyRequests(str(exc.detail), retry_after=max(1, round(getattr(exc, "wait", None) or 1)))
    if isinstance(exc, drf.ValidationError):
        return InvalidRequest(errors=_by_field(exc.detail))
    kind = _BY_STATUS.get(exc.status_code, ServerFault)
    return kind(str(exc.detail), headers=headers) if kind is not ServerFault else ServerFault()


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested error details as one level: `{"contents.0.title": ["…"]}`."""
    if isinstance(detail, Mapping):
        parts = [_by_field(value, f"{path}.{key}" if path else str(key)) for key, value in detail.items()]
        return {key: value for part in parts for key, value in part.items()}
    if isinstance(detail, list) and any(isinstance(entry, Mapping) for entry in detail):
        return _by_field(dict(enumerate(detail)), path)
    values = detail if isinstance(detail, list) else [detail]
    return {path or "non_field_errors": [str(value) for value in values]} if values else {}
