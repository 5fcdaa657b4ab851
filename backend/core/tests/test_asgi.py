"""Refusals by the layers before Django."""

import json
from typing import Any

from django.test import SimpleTestCase, override_settings

from core.asgi import send_problem
from core.errors import TooLarge, TooManyRequests


async def answered(problem: Any, languages: bytes | None = None) -> tuple[int, dict[bytes, bytes], dict[str, Any]]:
    """Status, headers and body that a client is sent who asks for these languages."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [] if languages is None else [(b"accept-language", languages)]
    await send_problem(send, problem, {"type": "http", "headers": headers})
    start, body = sent
    return start["status"], dict(start["headers"]), json.loads(body["body"])


class SendProblemTests(SimpleTestCase):
    async def test_it_works(self) -> None:
        status, headers, body = await answered(TooManyRequests(retry_after=7))

        self.assertEqual((status, body["code"], body["title"]), (429, "throttled", "Too many requests."))
        self.assertEqual(headers[b"retry-after"], b"7")
        self.assertEqual(headers[b"content-type"], b"application/problem+json")
        self.assertEqual(int(headers[b"content-length"]), len(json.dumps(body)))

    async def test_the_language_that_is_asked_for(self) -> None:
        for languages, language, title in [
            (b"ru", b"ru", "Слишком большой запрос."),
            (b"ru-RU,ru;q=0.9,en;q=0.8", b"ru", "Слишком большой запрос."),
            (b"de, en;q=0.1, ru;q=0.5", b"ru", "Слишком большой запрос."),
            (b"en", b"en", "The request is too large."),
            (b"de", b"en", "The request is too large."),
            (b"\xff;q=,,", b"en", "The request is too large."),
        ]:
            with self.subTest(languages):
                _status, headers, body = await answered(TooLarge(), languages)
                self.assertEqual((headers[b"content-language"], body["title"]), (language, title))
                self.assertEqual(headers[b"vary"], b"Accept-Language")

    @override_settings(LANGUAGE_CODE="ru")
    async def test_the_language_of_the_site(self) -> None:
        _status, _headers, body = await answered(TooLarge())
        self.assertEqual(body["title"], "Слишком большой запрос.")
