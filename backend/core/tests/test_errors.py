"""One table of errors, one shape."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework import exceptions as drf

from core import errors
from core.errors import Problem, all_problems, as_problem, exception_handler


def handled(exc: Exception) -> tuple[int, dict[str, Any], Any]:
    response = exception_handler(exc, {})
    assert response is not None
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, json.loads(response.content), response


def test_it_works() -> None:
    status, body, _response = handled(errors.Conflict("It is in use."))
    assert status == 409
    assert body == {
        "type": "urn:quayside:problem:conflict",
        "title": "The state of the object does not allow this.",
        "status": 409,
        "detail": "It is in use.",
        "code": "conflict",
    }


@pytest.mark.parametrize(
    ("exc", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (drf.NotFound(), 404, "not_found"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.ParseError(), 400, "invalid"),
        (drf.UnsupportedMediaType("x/y"), 415, "unsupported_type"),
        (drf.NotAcceptable(), 406, "not_acceptable"),
        (OperationalError("the server closed the connection"), 503, "unavailable"),
        (RedisConnectionError("away"), 503, "unavailable"),
    ],
)
def test_other_exceptions(exc: Exception, status: int, code: str) -> None:
    answered, body, _response = handled(exc)
    assert (answered, body["code"]) == (status, code)
    assert "server closed" not in json.dumps(body)


def test_fields_are_named_with_their_path() -> None:
    detail: Any = {"title": ["Required."], "contents": [{}, {"order": ["A number."]}], "text": "Too long."}
    _status, body, _response = handled(drf.ValidationError(detail))
    assert body["errors"] == {"title": ["Required."], "contents.1.order": ["A number."], "text": ["Too long."]}


def test_headers() -> None:
    assert handled(errors.TooManyRequests(retry_after=7))[2]["Retry-After"] == "7"
    assert handled(drf.Throttled(wait=6.6))[2]["Retry-After"] == "7"
    assert handled(OperationalError())[2]["Retry-After"] == "5"
    assert "WWW-Authenticate" in handled(errors.NotAuthenticated())[2]


def test_a_fault_of_ours_is_not_explained() -> None:
    assert exception_handler(ZeroDivisionError("secret"), {}) is None
    assert as_problem(ZeroDivisionError("secret")) is None


def test_codes_are_told_apart() -> None:
    """A code belongs to one class, or to a class and those that inherit it without one of their own."""
    owners: dict[str, type[Problem]] = {}
    for problem in all_problems():
        if "code" in vars(problem):
            assert owners.setdefault(problem.code, problem) is problem or issubclass(problem, owners[problem.code])
