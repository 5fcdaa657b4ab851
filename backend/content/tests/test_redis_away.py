"""With Redis away pages are served and views are counted; no view is counted twice."""

import asyncio
import socket
import tempfile
import threading
import time
from pathlib import Path

from django.test import override_settings

from content import counters, page_redis
from content.models import Page
from content.tasks import flush_views, sweep_page_changes
from content.tests.visitors import (
    LIST,
    VisitorTestCase,
    a_page,
    counters_in_database,
    path_of,
    shown_counters,
    visiting,
)
from core.processes import RedisProcess, start_redis

DEAD = "unix:///nonexistent/redis.sock"


class RedisAwayTests(VisitorTestCase):
    @override_settings(REDIS_PAGES_URL=DEAD)
    def test_it_works(self) -> None:
        with self.assertLogs("content", "WARNING"):
            page = a_page(videos=2)
            answers = self.visit(path_of(page), path_of(page), LIST, path_of(page))

        self.assertEqual([answer.status_code for answer in answers], [200] * 4)
        self.assertEqual(shown_counters(answers[0]), [1, 1])
        self.assertEqual(shown_counters(answers[3]), [4, 4])
        self.assertEqual(list(counters_in_database().values()), [4, 4])
        self.assertEqual(Page.objects.get().views, 8)

    @override_settings(REDIS_PAGES_URL=DEAD)
    def test_what_counts_nothing_counts_nothing(self) -> None:
        with self.assertLogs("content", "WARNING"):
            page = a_page(videos=1)
            self.visit(path_of(page), method="HEAD")
            self.visit(path_of(page), **{"Sec-Purpose": "prefetch"})
            self.assertEqual(self.get("/api/page/content/999/").status_code, 404)
            self.assertEqual(self.get(f"{LIST}?search=page").json()["count"], 1)

        self.assertEqual(list(counters_in_database().values()), [1])

    @override_settings(REDIS_PAGES_URL=DEAD, ANON_THROTTLE=1)
    def test_the_throttle_lets_everyone_through(self) -> None:
        with self.assertLogs("content", "WARNING"):
            path = path_of(a_page())
            answers = self.visit(path, path, path)

        self.assertEqual([answer.status_code for answer in answers], [200] * 3)

    @override_settings(REDIS_PAGES_URL=DEAD)
    def test_edits_and_background_work_go_on(self) -> None:
        with self.assertLogs("content", "WARNING"):
            page = a_page()
            self.assertEqual((flush_views(), sweep_page_changes()), (0, 0))
        page.title = "Edited"
        with self.assertLogs("content", "WARNING"):
            page.save()
            self.assertEqual(self.get(path_of(page)).json()["title"], "Edited")

    def test_a_redis_that_dies_and_comes_back(self) -> None:
        with tempfile.TemporaryDirectory(prefix="qs-") as folder:
            server = start_redis(Path(folder))
            with self.settings(REDIS_PAGES_URL=server.url):
                self.live_through_it(server, Path(folder))
            self.doCleanups()

    def live_through_it(self, server: RedisProcess, folder: Path) -> None:
        page = a_page(videos=1)
        path = path_of(page)

        async def visits() -> list[int]:
            async with visiting() as visitor:
                shown = [shown_counters(await visitor.get(path))[0] for _ in range(3)]
                await asyncio.to_thread(server.stop)
                shown += [shown_counters(await visitor.get(path))[0] for _ in range(4)]
                # From this thread, for the server dies with the thread that started it.
                self.addCleanup(start_redis(folder).stop)
                page_redis.pause.end()
                return [*shown, shown_counters(await visitor.get(path))[0]]

        with self.assertLogs("content.page_redis", "WARNING"):
            shown = asyncio.run(visits())

        # Redis counted three, then the database four that it alone knows of, then Redis its fourth.
        self.assertEqual(shown, [1, 2, 3, 1, 2, 3, 4, 4])
        counters.flush()
        self.assertEqual(counters_in_database(), {page.contents.get().pk: 8})
        self.assertEqual(shown_counters(self.get(path)), [9])

    def test_a_redis_that_hangs_slows_few_requests_and_counts_none_twice(self) -> None:
        path = path_of(a_page(videos=1))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            with self.settings(REDIS_PAGES_URL=f"redis://127.0.0.1:{port}/0"):
                begin = time.monotonic()
                with self.assertLogs("content.page_redis", "WARNING"):
                    answers = self.visit(*[path] * 10)
                taken = time.monotonic() - begin

        self.assertEqual([answer.status_code for answer in answers], [200] * 10)
        self.assertLess(taken, 8)

    def test_a_call_that_timed_out_is_not_counted_again(self) -> None:
        """A server that takes the command and never answers may have executed it."""
        path = path_of(a_page(videos=1))
        proxy = SilentProxy()
        self.addCleanup(proxy.close)
        with self.settings(REDIS_PAGES_URL=proxy.url), self.assertLogs("content.page_redis", "WARNING"):
            answer = self.get(path)

        self.assertEqual((answer.status_code, shown_counters(answer)), (200, [0]))
        self.assertEqual(list(counters_in_database().values()), [0])
        self.assertGreater(proxy.commands, 0)

    def test_the_pause_ends_by_itself(self) -> None:
        path = path_of(a_page(videos=1))
        with self.settings(REDIS_PAGES_URL=DEAD), self.assertLogs("content.page_redis", "WARNING"):
            self.get(path)
        self.get(path)
        self.assertEqual(list(counters_in_database().values()), [2])

        time.sleep(1.1)

        self.assertEqual([shown_counters(self.get(path)) for _ in range(2)], [[3], [4]])
        self.assertEqual(list(counters_in_database().values()), [2])


class SilentProxy:
    """A server that greets as Redis does and answers no script."""

    def __init__(self) -> None:
        self.commands = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0?protocol=2"
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._greet, args=(connection,)).start()

    def _greet(self, connection: socket.socket) -> None:
        while received := connection.recv(65536):
            if b"EVAL" in received:
                self.commands += 1
            else:
                connection.sendall(b"+OK\r\n" * received.count(b"*"))

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()
