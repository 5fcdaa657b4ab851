import asyncio
import gc
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis.exceptions
from pytest_django import Settings

from core import redis as pools
from core.batches import Batches
from core.processes import RedisProcess


async def incr() -> None:
    try:
        await pools.pages().execute("INCR", "n")
    finally:
        await pools.close_pages()


def incr_later() -> None:
    asyncio.run(incr())


def incr_now() -> None:
    pools.pages_sync().incr("n")


both = pytest.mark.parametrize("command", [incr_later, incr_now])


class Server:
    """A server on a port of its own that answers every command with OK, or not at all, and closes on INCR."""

    def __init__(self, *, silent: bool = False) -> None:
        self.received: list[bytes] = []
        self.silent = silent
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listening.getsockname()[1]}/0?protocol=2"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        while data := connection.recv(1000):
            self.received.append(data)
            if b"INCR" in data:
                return
            if not self.silent:
                connection.sendall(b"+OK\r\n" * data.count(b"*"))

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)


@pytest.fixture
def talking() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def silent() -> Iterator[Server]:
    server = Server(silent=True)
    yield server
    server.close()


def test_it_works() -> None:
    async def ping() -> bool:
        assert pools.pages() is pools.pages()
        return bool(await pools.pages().execute("PING"))

    assert asyncio.run(ping())
    # Another loop gets connections of its own.
    assert asyncio.run(ping())
    assert pools.pages_sync().ping()


def test_a_loop_that_ends_closes_its_connections() -> None:
    async def connect() -> Batches:
        await pools.pages().execute("PING")
        return pools.pages()

    before = len(list(Path("/proc/self/fd").iterdir()))
    for _loop in range(5):
        asyncio.run(connect())
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert not any(loop.is_closed() for loop in pools._loops)


@both
@pytest.mark.parametrize(
    "url", ["unix:///nonexistent/redis.sock", "redis://127.0.0.1:1/0", "redis://no-such-host.invalid:6379/0"]
)
def test_a_command_without_a_connection_was_not_sent(settings: Settings, command: Callable[[], None], url: str) -> None:
    settings.REDIS_PAGES_URL = url
    with pytest.raises(redis.exceptions.ConnectionError) as caught:
        command()
    assert pools.was_not_sent(caught.value)


@both
def test_a_server_that_does_not_greet_was_not_sent_the_command(
    settings: Settings, silent: Server, command: Callable[[], None]
) -> None:
    settings.REDIS_PAGES_URL = silent.url
    begun = time.monotonic()
    with pytest.raises(redis.exceptions.ConnectionError) as caught:
        command()
    assert pools.was_not_sent(caught.value)
    assert time.monotonic() - begun < 3
    assert b"INCR" not in b"".join(silent.received)


@both
def test_a_lost_answer_may_have_been_sent(settings: Settings, talking: Server, command: Callable[[], None]) -> None:
    """A server that takes the command and closes the connection leaves its fate unknown, and it is not sent again."""
    settings.REDIS_PAGES_URL = talking.url
    with pytest.raises(redis.exceptions.ConnectionError) as caught:
        command()
    assert not pools.was_not_sent(caught.value)
    assert b"".join(talking.received).count(b"INCR") == 1


def test_a_late_answer_may_have_been_sent(redis_server: RedisProcess) -> None:
    """A server that stalls: the client gives up after a second, and the server then runs the command, once."""

    async def incr_of_a_stalled_server() -> None:
        await pools.pages().execute("PING")
        redis_server.process.send_signal(signal.SIGSTOP)
        try:
            await incr()
        finally:
            redis_server.process.send_signal(signal.SIGCONT)

    with pytest.raises(redis.exceptions.TimeoutError) as caught:
        asyncio.run(incr_of_a_stalled_server())
    assert not pools.was_not_sent(caught.value)
    assert pools.pages_sync().get("n") == b"1"


def test_a_full_pool_refuses_at_once() -> None:
    client = pools.pages_sync()
    pool = client.connection_pool
    taken = [pool.get_connection() for _ in range(pools._MAX_CONNECTIONS)]
    try:
        with pytest.raises(redis.exceptions.MaxConnectionsError) as caught:
            client.ping()
    finally:
        for connection in taken:
            pool.release(connection)
        pool.disconnect()
    assert pools.was_not_sent(caught.value)
