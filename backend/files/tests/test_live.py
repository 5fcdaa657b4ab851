"""Live messages: sent after the commit, to the group of the library, and never in the way."""

import asyncio
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.test import TestCase, TransactionTestCase, override_settings

from files import finalize, live, services
from files.models import MediaFile
from files.signals import files_changed
from files.tests.library import added, checked
from files.tests.samples import mp4


def layer_at(address: str) -> dict[str, Any]:
    """The channel layer of the settings with a Redis elsewhere."""
    layer: dict[str, Any] = deepcopy(settings.CHANNEL_LAYERS)
    layer["default"]["CONFIG"]["hosts"][0]["address"] = address
    return layer


AWAY = layer_at("unix:///nowhere/redis.sock")


class Listener:
    """A channel in the group of the library."""

    def __enter__(self) -> "Listener":
        self.channel = f"test.{uuid.uuid4().hex}"
        async_to_sync(get_channel_layer().group_add)(live.GROUP, self.channel)
        return self

    def __exit__(self, *_: object) -> None:
        async_to_sync(get_channel_layer().group_discard)(live.GROUP, self.channel)

    def messages(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """What has come by now."""

        async def receive() -> list[dict[str, Any]]:
            found = []
            while True:
                try:
                    found.append(await asyncio.wait_for(get_channel_layer().receive(self.channel), seconds))
                except TimeoutError:
                    return found

        return async_to_sync(receive)()


class LiveTests(TransactionTestCase):
    def test_it_works(self) -> None:
        file = added(mp4(), "clip.mp4")
        with Listener() as listener:
            finalize.check(file.pk)
            states = [state for message in listener.messages() for state in message["files"]]
        self.assertEqual([state["status"] for state in states], ["Processing", "Completed"])
        self.assertEqual({state["id"] for state in states}, {str(file.pk)})
        self.assertTrue(states[-1]["url"].startswith("/media/"))

    def test_a_duplicate_names_the_earlier_file(self) -> None:
        first = checked(mp4(), "clip.mp4")
        copy = added(mp4(), "copy.mp4")
        with Listener() as listener:
            finalize.check(copy.pk)
            last = listener.messages()[-1]["files"][0]
        self.assertEqual(last["same_as"], {"id": str(first.pk), "name": "clip.mp4"})

    def test_nothing_is_sent_before_the_commit(self) -> None:
        file = checked(mp4(), "clip.mp4")
        with Listener() as listener:
            with transaction.atomic():
                services.rename(file, name="other.mp4")
                self.assertEqual(listener.messages(), [])
            self.assertEqual(listener.messages()[0]["files"][0]["name"], "other.mp4")

    def test_nothing_is_sent_when_the_transaction_is_undone(self) -> None:
        file = checked(mp4(), "clip.mp4")
        with Listener() as listener:
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                services.rename(file, name="other.mp4")
                raise ZeroDivisionError
            self.assertEqual(listener.messages(), [])

    def test_all_versions_of_a_file_are_told(self) -> None:
        first = checked(mp4(), "clip.mp4")
        second = checked(mp4(seconds=3), "clip.mp4", version_of=first)
        with Listener() as listener:
            live.announce([first.pk])
            ids = {state["id"] for message in listener.messages() for state in message["files"]}
        self.assertEqual(ids, {str(first.pk), str(second.pk)})

    def test_many_files_come_in_several_messages(self) -> None:
        files = [added(mp4(seconds=number + 1), f"{number}.mp4") for number in range(60)]
        with Listener() as listener:
            live.announce([file.pk for file in files])
            messages = listener.messages()
        self.assertEqual([len(message["files"]) for message in messages], [50, 10])


class AwayTests(TransactionTestCase):
    """A Redis that does not answer breaks nothing and is not waited for."""

    def setUp(self) -> None:
        self.addCleanup(live.pause.end)

    @override_settings(CHANNEL_LAYERS=AWAY)
    def test_it_works(self) -> None:
        file = added(mp4(), "clip.mp4")
        with self.assertLogs("files.live", "WARNING") as logs:
            status = finalize.check(file.pk)
        self.assertEqual(status, MediaFile.Status.COMPLETED)
        # The second change of the status did not try again.
        self.assertEqual(len(logs.records), 1)

    def test_a_redis_that_is_silent_is_waited_for_half_a_second(self) -> None:
        """A server that takes connections and says nothing."""
        file = checked(mp4(), "clip.mp4")
        with silent_server() as address, override_settings(CHANNEL_LAYERS=layer_at(address)):
            begun = time.monotonic()
            with self.assertLogs("files.live", "WARNING") as logs:
                for _number in range(20):
                    live.announce([file.pk])
            self.assertIn("TimeoutError", logs.output[0])
            self.assertLess(time.monotonic() - begun, 1.5)

    def test_it_is_asked_again_later(self) -> None:
        file = checked(mp4(), "clip.mp4")
        with override_settings(CHANNEL_LAYERS=AWAY), self.assertLogs("files.live", "WARNING"):
            live.announce([file.pk])
        live.pause.until = time.monotonic()
        with Listener() as listener:
            live.announce([file.pk])
            self.assertEqual(len(listener.messages()), 1)


@contextmanager
def silent_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


class SignalTests(TestCase):
    def test_it_works(self) -> None:
        """Several changes in one transaction each ask for the present state after it."""
        with self.captureOnCommitCallbacks() as callbacks:
            files_changed.send(MediaFile, root_ids=[uuid.uuid4()])
        self.assertEqual(len([entry for entry in callbacks if "announce" in repr(entry)]), 1)
