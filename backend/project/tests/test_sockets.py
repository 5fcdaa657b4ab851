"""WebSockets that are not there, and origins that are none."""

from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase

from project.asgi import application

OURS = b"http://testserver"


class SocketTests(TransactionTestCase):
    async def connected(self, path: str, *origin: bytes) -> bool:
        headers = [(b"host", b"testserver"), *((b"origin", value) for value in origin)]
        socket = WebsocketCommunicator(application, path, headers=headers)
        accepted, _code = await socket.connect()
        await socket.disconnect()
        return bool(accepted)

    async def test_it_works(self) -> None:
        self.assertTrue(await self.connected("/ws/library/", OURS))

    async def test_paths_that_are_not_there(self) -> None:
        for path in ("/ws/", "/ws/nothing/", "/ws/library/more/", "/ws/library/../library/", "/", "/ws/%00/"):
            with self.subTest(path):
                self.assertFalse(await self.connected(path, OURS))

    async def test_origins(self) -> None:
        for origin in (b"http://elsewhere.example", b"null", b"", b"http://[::1", b"\xff\xfe", b"http://testserver.x"):
            with self.subTest(origin):
                self.assertFalse(await self.connected("/ws/library/", origin))
        self.assertFalse(await self.connected("/ws/library/"))
