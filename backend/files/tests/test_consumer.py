"""ws/library/ — the live status of files, for staff."""

import asyncio
import uuid
from typing import Any

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client, TransactionTestCase, override_settings

from accounts.models import User
from files import finalize, services
from files.consumers import NOT_FOR_YOU, TRY_LATER
from files.models import MediaFile
from files.tests.library import added, checked, someone
from files.tests.samples import mp4
from files.tests.test_live import AWAY, layer_at, silent_server
from project.asgi import application


def _cookie(user: User) -> bytes:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


class ConsumerTests(TransactionTestCase):
    def setUp(self) -> None:
        self.editor = someone(is_staff=True)

    async def open(self, user: User | None, origin: bytes = b"http://testserver") -> WebsocketCommunicator:
        headers = [(b"host", b"testserver"), (b"origin", origin)]
        if user is not None:
            headers.append((b"cookie", await database_sync_to_async(_cookie)(user)))
        return WebsocketCommunicator(application, "/ws/library/", headers=headers)

    async def connect(self) -> WebsocketCommunicator:
        socket = await self.open(self.editor)
        self.assertTrue((await socket.connect())[0])
        return socket

    async def watch(self, socket: WebsocketCommunicator, *files: MediaFile, **more: Any) -> Any:
        await socket.send_json_to({"watch": [str(file.pk) for file in files], **more})
        return await socket.receive_json_from()

    async def test_it_works(self) -> None:
        """First the present state, then each change."""
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        first = await self.watch(socket, file)
        self.assertEqual([entry["status"] for entry in first["files"]], ["Pending"])

        await database_sync_to_async(finalize.check)(file.pk)

        self.assertEqual((await socket.receive_json_from())["files"][0]["status"], "Processing")
        last = (await socket.receive_json_from())["files"][0]
        self.assertEqual((last["id"], last["name"], last["status"]), (str(file.pk), "clip.mp4", "Completed"))
        self.assertIn("status-completed", last["badge"])
        self.assertIn("<video", last["preview"])
        await socket.disconnect()

    async def test_only_what_is_shown_is_sent(self) -> None:
        mine = await database_sync_to_async(checked)(mp4(), "mine.mp4")
        other = await database_sync_to_async(checked)(mp4(seconds=3), "other.mp4")
        socket = await self.connect()
        await self.watch(socket, mine)
        await database_sync_to_async(services.rename)(other, name="changed.mp4")
        self.assertTrue(await socket.receive_nothing(0.3))
        await socket.disconnect()

    async def test_a_reconnect_brings_what_was_missed(self) -> None:
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        await self.watch(socket, file)
        await socket.disconnect()
        await database_sync_to_async(finalize.check)(file.pk)
        socket = await self.connect()
        snapshot = await self.watch(socket, file)
        self.assertEqual(snapshot["files"][0]["status"], "Completed")
        await socket.disconnect()

    async def test_a_page_that_stays_open_stays_connected(self) -> None:
        """Channels waits for a message for five seconds at a time, and redis-py gives a server as long to answer."""
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        await self.watch(socket, file)
        self.assertTrue(await socket.receive_nothing(6))
        await database_sync_to_async(services.rename)(file, name="renamed.mp4")
        self.assertEqual((await socket.receive_json_from())["files"][0]["name"], "renamed.mp4")
        await socket.disconnect()

    async def test_a_page_is_left_at_any_moment(self) -> None:
        """Whoever leaves while a wait for messages is being sent leaves nothing behind that waits for ever."""
        layer = get_channel_layer()
        for steps in range(50):
            waiting = asyncio.create_task(layer.receive(await layer.new_channel()))
            for _step in range(steps):
                await asyncio.sleep(0)
            waiting.cancel()
            called_off, _still = await asyncio.wait([waiting], timeout=2)
            while not waiting.done():
                waiting.cancel()
                await asyncio.sleep(0.01)
            self.assertTrue(called_off, f"after {steps} steps")

    async def test_the_reader_s_language(self) -> None:
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        for language in ("ru", "xx", 5):
            answer = await self.watch(socket, file, language=language)
            self.assertEqual(answer["files"][0]["status"], "Pending")
        await socket.disconnect()

    async def test_names_are_escaped(self) -> None:
        file = await database_sync_to_async(checked)(mp4(), "<img src=x onerror=alert(1)>.mp4")
        socket = await self.connect()
        answer = await self.watch(socket, file)
        html = "".join(answer["files"][0][part] for part in ("badge", "thumb", "preview"))
        self.assertNotIn("<img src=x", html)
        self.assertIn("&lt;img src=x", html)
        await socket.disconnect()

    async def test_visitors_and_users_who_are_not_staff_are_refused(self) -> None:
        reader = await database_sync_to_async(someone)("reader")
        for user in (None, reader):
            socket = await self.open(user)
            await socket.connect()
            closed = await socket.receive_output()
            self.assertEqual((closed["type"], closed["code"]), ("websocket.close", NOT_FOR_YOU))

    async def test_who_is_no_longer_staff_gets_nothing_more(self) -> None:
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        await self.watch(socket, file)
        await User.objects.filter(pk=self.editor.pk).aupdate(is_staff=False)
        await socket.send_json_to({"watch": [str(file.pk)]})
        closed = await socket.receive_output()
        self.assertEqual((closed["type"], closed["code"]), ("websocket.close", NOT_FOR_YOU))

    async def test_another_site_s_page_is_refused(self) -> None:
        socket = await self.open(self.editor, origin=b"http://elsewhere.example")
        self.assertFalse((await socket.connect())[0])

    async def test_nonsense_is_ignored(self) -> None:
        file = await database_sync_to_async(added)(mp4(), "clip.mp4")
        socket = await self.connect()
        nested = "[" * 100_000
        for text in (
            "not json",
            "[]",
            "5",
            nested,
            '{"watch": 5}',
            '{"watch": ["x", null, {}]}',
            '{"language": ["ru"]}',
        ):
            await socket.send_to(text_data=text)
        await socket.send_json_to({"watch": [str(uuid.uuid4())]})
        answer = await self.watch(socket, file)
        self.assertEqual(answer["files"][0]["name"], "clip.mp4")
        await socket.disconnect()

    @override_settings(CHANNEL_LAYERS=AWAY)
    async def test_without_redis_the_browser_is_told_to_try_later(self) -> None:
        socket = await self.open(self.editor)
        with self.assertLogs("files.consumers", "WARNING"):
            await socket.send_input({"type": "websocket.connect"})
            messages = [await socket.receive_output()]
            while messages[-1]["type"] != "websocket.close":
                messages.append(await socket.receive_output())
        self.assertEqual(messages[-1]["code"], TRY_LATER)

    async def test_a_redis_that_is_silent_is_not_waited_for_long(self) -> None:
        socket = await self.open(self.editor)
        with (
            silent_server() as address,
            override_settings(CHANNEL_LAYERS=layer_at(address)),
            self.assertLogs("files.consumers", "WARNING") as logs,
        ):
            self.assertTrue((await socket.connect())[0])
            closed = await socket.receive_output(timeout=5)
        self.assertIn("live updates are away: TimeoutError", logs.output[0])
        self.assertEqual((closed["type"], closed["code"]), ("websocket.close", TRY_LATER))
