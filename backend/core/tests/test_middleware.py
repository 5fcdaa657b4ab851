"""Request ids, and answers for what goes wrong outside the API."""

import logging
import re

import pytest
from django.test import Client

from core.logging import ContextFilter, logging_config, request_id


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


def test_records_carry_the_ids() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "hello", None, None)
    token = request_id.set("the-id")
    ContextFilter().filter(record)
    request_id.reset(token)
    assert (record.request_id, record.file_id) == ("the-id", "-")  # type: ignore[attr-defined]
    assert logging_config("INFO", json=True)["handlers"]["stderr"]["formatter"] == "json"
