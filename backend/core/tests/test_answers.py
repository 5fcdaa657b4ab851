"""What clients get when a view raises: Django's, DRF's and adrf's views, asked by programs and by people."""

import asyncio
import json
import sqlite3
from typing import Any

import pytest
from adrf.views import APIView as AsyncAPIView
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from pytest_django import Settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import errors

PROBLEM = "application/problem+json"
PERSON = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def failure(name: str) -> Exception:
    locked = OperationalError("database is locked")
    locked.__cause__ = sqlite3.OperationalError("database is locked")
    raised: dict[str, Exception] = {
        "conflict": errors.Conflict("It is in use."),
        "throttled": errors.TooManyRequests(retry_after=7),
        "locked": locked,
        "fault": ZeroDivisionError("a secret"),
        "suspicious": SuspiciousOperation("a secret"),
    }
    return raised[name]


def plain(request: HttpRequest, name: str) -> HttpResponse:
    raise failure(name)


async def plain_async(request: HttpRequest, name: str) -> HttpResponse:
    await asyncio.sleep(0)
    raise failure(name)


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


class Rest(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request: Request, name: str) -> Response:
        raise failure(name)

    def post(self, request: Request, name: str) -> Response:
        return Response(request.data)


class AsyncRest(AsyncAPIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    async def get(self, request: Request, name: str) -> Response:
        await asyncio.sleep(0)
        raise failure(name)


urlpatterns = [
    path("plain/<name>", plain),
    path("async/<name>", plain_async),
    path("rest/<name>", Rest.as_view()),
    path("async-rest/<name>", AsyncRest.as_view()),
    path("form", form),
]
handler400 = "core.views.handler400"
handler403 = "core.views.handler403"
handler404 = "core.views.handler404"
handler500 = "core.views.handler500"

pytestmark = pytest.mark.urls(__name__)
every_view = pytest.mark.parametrize("view", ["plain", "async", "rest", "async-rest"])


@every_view
@pytest.mark.parametrize(
    ("name", "status", "code", "header"),
    [
        ("conflict", 409, "conflict", None),
        ("throttled", 429, "throttled", "7"),
        ("locked", 503, "unavailable", "5"),
        ("suspicious", 400, "invalid", None),
        ("fault", 500, "error", None),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_it_works(view: str, name: str, status: int, code: str, header: str | None, is_async: bool) -> None:
    """The same document from every kind of view, by a sync and an async handler; never an exception's text."""
    response = ask(f"/{view}/{name}", is_async)
    body = json.loads(response.content)
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert response["Content-Type"] == PROBLEM
    assert response.get("Retry-After") == header
    assert response["X-Request-ID"]
    assert "secret" not in response.content.decode()


def ask(address: str, is_async: bool) -> Any:
    if is_async:
        return asyncio.run(AsyncClient(raise_request_exception=False).get(address))
    return Client(raise_request_exception=False).get(address)


@pytest.mark.parametrize("view", ["plain", "async"])
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("conflict", "The state of the object does not allow this."),
        ("locked", "The service cannot answer just now."),
        ("fault", "Something went wrong."),
        ("suspicious", "The request is not valid."),
    ],
)
def test_people_get_a_page(view: str, name: str, title: str) -> None:
    response = Client(raise_request_exception=False).get(f"/{view}/{name}", headers=PERSON)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in response["Vary"]
    assert f"<h1>{title}</h1>" in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("view", ["rest", "async-rest"])
def test_the_api_answers_people_as_it_does_programs(view: str) -> None:
    assert Client().get(f"/{view}/conflict", headers=PERSON)["Content-Type"] == PROBLEM


@pytest.mark.parametrize("view", ["rest", "async-rest"])
def test_what_is_allowed_is_told(view: str) -> None:
    response = Client().delete(f"/{view}/conflict")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"9" * 10_000, "application/json", 400),
        (b"NaN", "application/json", 400),
        (b"x", "text/plain", 415),
        (b"x", "application/json; charset=none", 400),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=\xff", 400),
    ],
)
def test_hostile_bodies(body: bytes, content_type: str, status: int) -> None:
    response = Client(raise_request_exception=False).generic("POST", "/rest/x", body, content_type)
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)


def test_too_many_fields(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    response = Client().post("/rest/x", dict.fromkeys("abc", "1"))
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json", "text/html;q=x", ";;,", "text/*", "\xff", "q=" * 5000]
)
def test_any_accept_header_is_answered(accept: str) -> None:
    response = Client(raise_request_exception=False).get("/nothing", headers={"Accept": accept})
    assert response.status_code == 404
    assert response["Content-Type"] in {PROBLEM, "text/html; charset=utf-8"}


@pytest.mark.parametrize(("headers", "kind"), [({}, PROBLEM), (PERSON, "text/html; charset=utf-8")])
def test_a_host_that_is_not_ours(headers: dict[str, str], kind: str) -> None:
    response = Client().get("/form", headers={"Host": "elsewhere.example", **headers})
    assert (response.status_code, response["Content-Type"]) == (400, kind)


@pytest.mark.parametrize(("headers", "kind"), [({}, PROBLEM), (PERSON, "text/html; charset=utf-8")])
def test_a_form_without_its_token(headers: dict[str, str], kind: str) -> None:
    response = Client(enforce_csrf_checks=True).post("/form", headers=headers)
    assert (response.status_code, response["Content-Type"]) == (403, kind)
    assert "Load the page again" in response.content.decode()
