"""One table of errors, one shape."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.http import Http404
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from rest_framework import exceptions as drf
from rest_framework_simplejwt.exceptions import InvalidToken

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


def test_letters_are_letters() -> None:
    _status, body, response = handled(errors.Conflict("Файл занят: \ud800"))
    assert "Файл занят" in response.content.decode()
    assert body["detail"] == "Файл занят: \ud800"


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
        (drf.APIException("secret"), 500, "error"),
        (drf.AuthenticationFailed(), 401, "not_authenticated"),
        (OutOfMemoryError("used memory > 'maxmemory'"), 503, "unavailable"),
        (RecursionError("maximum recursion depth exceeded"), 400, "invalid"),
        (OperationalError("the server closed the connection"), 503, "unavailable"),
        (RedisConnectionError("away"), 503, "unavailable"),
    ],
)
def test_other_exceptions(exc: Exception, status: int, code: str) -> None:
    answered, body, _response = handled(exc)
    assert (answered, body["code"]) == (status, code)
    assert not any(private in json.dumps(body) for private in ("server closed", "secret", "maxmemory", "recursion"))


def test_fields_are_named_with_their_path() -> None:
    detail: Any = {"title": ["Required."], "contents": [{}, {"order": ["A number."]}], "text": "Too long."}
    _status, body, _response = handled(drf.ValidationError(detail))
    assert body["errors"] == {"title": ["Required."], "contents.1.order": ["A number."], "text": ["Too long."]}


def test_errors_of_models_are_named_as_those_of_serializers() -> None:
    status, body, _response = handled(ValidationError({"__all__": ["Twice."], "title": ["Too long."]}))
    assert (status, body["errors"]) == (400, {"non_field_errors": ["Twice."], "title": ["Too long."]})
    assert handled(ValidationError("Wrong."))[1]["errors"] == {"non_field_errors": ["Wrong."]}


def test_a_nested_detail_is_a_sentence() -> None:
    """simplejwt's exceptions carry `{"detail": …, "code": …}`."""
    assert handled(InvalidToken("Expired."))[1]["detail"] == "Expired."
    status, body, _response = handled(drf.PermissionDenied(["One.", "Two."]))
    assert (status, body["detail"]) == (403, "One. Two.")


def test_a_status_has_the_class_of_that_status() -> None:
    class Locked(drf.APIException):
        status_code = 409

    assert handled(Locked("It is being written."))[1]["code"] == "conflict"


def failure_of(database: DatabaseWrapper, command: str) -> OperationalError:
    with database.cursor() as cursor, pytest.raises(OperationalError) as caught:
        cursor.execute(command)
    return caught.value


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}
    database = DatabaseWrapper(connections.configure_settings({"default": own})["default"])
    yield database
    database.close()


@pytest.mark.django_db
def test_a_full_disk(sqlite: DatabaseWrapper) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space") as caught:
        full.write(b"x")
    assert handled(caught.value)[1]["code"] == "no_space"
    with sqlite.cursor() as cursor:
        cursor.execute("CREATE TABLE t (x)")
        cursor.execute("PRAGMA max_page_count = 2")
    error = failure_of(sqlite, "INSERT INTO t VALUES (zeroblob(100000))")
    assert handled(error)[:1] == (507,)
    assert as_problem(FileNotFoundError(2, "secret")) is None


@pytest.mark.django_db
def test_a_mistake_in_a_query_is_a_fault_of_ours(sqlite: DatabaseWrapper) -> None:
    assert as_problem(failure_of(sqlite, "SELECT * FROM nowhere")) is None


def test_headers() -> None:
    assert handled(errors.TooManyRequests(retry_after=7))[2]["Retry-After"] == "7"
    assert handled(drf.Throttled(wait=6.2))[2]["Retry-After"] == "7"
    assert handled(drf.Throttled())[2]["Retry-After"] == "1"
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
