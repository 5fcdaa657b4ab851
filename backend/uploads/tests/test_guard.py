"""Bodies that are too large are refused, or dropped, before anything reads them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import httpx
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client, TransactionTestCase, override_settings

from accounts.tests.people import access_token, someone
from core import redis
from project.asgi import application
from uploads.guard import FORM_ROOM, UploadGuard

FORM = b"multipart/form-data; boundary=x"
JSON = "application/json"
LARGE = FORM_ROOM + 1


class Body:
    """What an application behind the guard is given."""

    def __init__(self) -> None:
        self.size = 0
        self.declared = b""
        self.reached = self.ended = False

    async def __call__(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        self.reached = True
        self.declared = dict(scope["headers"]).get(b"content-length", b"")
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
            self.size += len(message.get("body", b""))
            self.ended = message["type"] == "http.disconnect"


async def sent(
    size: int,
    kind: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (),
    *,
    declare: bool = True,
    method: str = "POST",
) -> Any:
    """What comes through of a body of this size, and the status when the guard itself has answered."""
    body, answers = Body(), []
    parts = [size // 4] * 3 + [size - 3 * (size // 4)]
    length = [(b"content-length", str(size).encode())] if declare else [(b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": method, "path": "/", "query_string": b"", "http_version": "1.1"}

    async def receive() -> dict[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        part = bytes(parts.pop(0))
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    guard = UploadGuard(body)
    await guard({**scope, "headers": [(b"content-type", kind), *length, *headers]}, receive, send)
    return body, answers[0]["status"] if answers else None


async def _pieces() -> AsyncIterator[bytes]:
    """Three megabytes of which nobody has said how many they are."""
    for _piece in range(30):
        yield bytes(100_000)


class GuardTests(TransactionTestCase):
    async def test_it_works(self) -> None:
        for declare in (True, False):
            body, status = await sent(1000, FORM, declare=declare)
            self.assertEqual((body.size, body.ended, status), (1000, False, None))

    async def test_who_is_logged_in_may_send_as_much_as_an_upload_may_have(self) -> None:
        user = await sync_to_async(someone)()
        client = Client()
        await sync_to_async(client.force_login)(user)
        session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()
        token = b"JWT " + (await sync_to_async(access_token)(user)).encode()
        for known in ([(b"authorization", token)], [(b"cookie", session)]):
            for declare in (True, False):
                body, status = await sent(LARGE, FORM, known, declare=declare)
                self.assertEqual((body.size, status), (LARGE, None))

    async def test_from_nobody_no_large_body_is_received(self) -> None:
        nobody: list[list[tuple[bytes, bytes]]] = [
            [],
            [(b"authorization", b"JWT a.b.c")],
            [(b"cookie", b"sessionid=" + b"x" * 32)],
        ]
        for unknown in nobody:
            body, _status = await sent(LARGE, FORM, unknown)
            self.assertEqual((body.reached, body.size, body.declared), (True, 0, b"0"))
            body, status = await sent(LARGE, FORM, unknown, declare=False)
            self.assertEqual((body.ended, status), (True, 413))
            self.assertLessEqual(body.size, FORM_ROOM)

    @override_settings(MAX_UPLOAD_SIZE=20)
    async def test_more_than_an_upload_may_have(self) -> None:
        body, status = await sent(FORM_ROOM + 21, FORM)
        self.assertEqual((body.reached, status), (False, 413))

    async def test_other_bodies_are_small(self) -> None:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        assert most is not None
        for kind in (b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b""):
            for method in ("POST", "PATCH", "GET"):
                self.assertEqual((await sent(most, kind, method=method))[0].size, most)
                body, status = await sent(most + 1, kind, method=method)
                self.assertEqual((body.reached, status), (False, 413))
                body, status = await sent(most + 1, kind, method=method, declare=False)
                self.assertEqual((body.ended, status), (True, 413))
                self.assertLessEqual(body.size, most)

    async def test_the_whole_site(self) -> None:
        """Nobody's large upload is answered as any of nobody's requests is, and JSON does not fill the memory."""
        form = {"Content-Type": FORM.decode()}
        transport = httpx.ASGITransport(app=application)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                upload = await client.post("/api/files/", content=bytes(LARGE), headers=form)
                login = await client.post("/api-token-auth/", json={"username": "x" * 3_000_000, "password": "x"})
                pieces = await client.post("/api-token-auth/", content=_pieces(), headers={"Content-Type": JSON})
        finally:
            await redis.close_pages()
        self.assertEqual((upload.status_code, upload.json()["code"]), (401, "not_authenticated"))
        for refused in (login, pieces):
            self.assertEqual((refused.status_code, refused.json()["code"]), (413, "too_large"))
