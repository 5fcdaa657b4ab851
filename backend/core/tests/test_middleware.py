"""Request ids, and answers for what goes wrong outside the API."""

import asyncio
import inspect
import json
import logging
import logging.config
import re

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core.logging import ContextFilter, logging_config, request_id
from core.middleware import ProblemMiddleware, RequestIdMiddleware


def test_it_works(client: Client) -> None:
    """A sane id is kept and echoed."""
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1.2_3"})["X-Request-ID"] == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "new\nline", "<script>"])
def test_other_ids_are_replaced(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_nothing_here_for_programs_and_people(client: Client) -> None:
    program = client.get("/nothing", headers={"Accept": "application/json"})
    assert (program.status_code, program["Content-Type"]) == (404, "application/problem+json")
    person = client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (person.status_code, person["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "404" in person.content.decode()


def test_requests_at_once_keep_their_ids_apart() -> None:
    """Asynchronous requests share a thread; what one logs carries its own id."""

    async def logged(_request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0.01)
        return HttpResponse(request_id.get())

    async def ask(given: str) -> tuple[str, str]:
        request = RequestFactory().get("/", headers={"X-Request-ID": given})
        answering = RequestIdMiddleware(logged)(request)
        assert inspect.isawaitable(answering)
        response = await answering
        assert isinstance(response, HttpResponse)
        return response.content.decode(), response["X-Request-ID"]

    async def ask_all() -> list[tuple[str, str]]:
        return await asyncio.gather(*(ask(f"id-{number}") for number in range(20)))

    assert asyncio.run(ask_all()) == [(f"id-{number}", f"id-{number}") for number in range(20)]


@pytest.mark.parametrize("middleware", [RequestIdMiddleware, ProblemMiddleware])
def test_no_request_is_moved_to_a_thread(middleware: type[RequestIdMiddleware | ProblemMiddleware]) -> None:
    """Django calls a middleware in the world it says it belongs to: that of what stands behind it."""

    async def later(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def now(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert middleware.sync_capable
    assert middleware.async_capable
    assert iscoroutinefunction(middleware(later))
    assert not iscoroutinefunction(middleware(now))


def test_a_line_of_the_production_log() -> None:
    """One JSON object with the ids, on one line whatever the message holds."""
    config = logging_config("INFO", json=True)
    formatter = logging.config.DictConfigurator(config).configure_formatter(config["formatters"]["json"])
    assert isinstance(formatter, logging.Formatter)
    record = logging.LogRecord("files", logging.INFO, "", 1, "two\nlines of %s", ("текст",), None)
    record.file_id = "7"
    token = request_id.set("the-id")
    ContextFilter().filter(record)
    request_id.reset(token)
    [line] = formatter.format(record).splitlines()
    entry = json.loads(line)
    assert entry["message"] == "two\nlines of текст"
    assert (entry["request_id"], entry["file_id"], entry["levelname"], entry["name"]) == (
        "the-id",
        "7",
        "INFO",
        "files",
    )


def test_records_carry_the_ids() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "hello", None, None)
    token = request_id.set("the-id")
    ContextFilter().filter(record)
    request_id.reset(token)
    assert (record.request_id, record.file_id) == ("the-id", "-")  # type: ignore[attr-defined]
    assert logging_config("INFO", json=True)["handlers"]["stderr"]["formatter"] == "json"
