import asyncio

import pytest
import redis.asyncio
import redis.exceptions
from pytest_django import Settings

from core import redis as pools


def test_it_works() -> None:
    async def ping() -> bool:
        client = pools.pages()
        assert client is pools.pages()
        answer = await client.ping()
        await pools.close_pages()
        return bool(answer)

    assert asyncio.run(ping())
    # Another loop gets connections of its own.
    assert asyncio.run(ping())


def test_a_refused_connection_was_not_sent(settings: Settings) -> None:
    settings.REDIS_PAGES_URL = "unix:///nonexistent/redis.sock"

    async def command() -> None:
        try:
            await pools.pages().incr("n")
        finally:
            await pools.close_pages()

    with pytest.raises(redis.exceptions.ConnectionError) as caught:
        asyncio.run(command())
    assert pools.was_not_sent(caught.value)


def test_a_lost_answer_may_have_been_sent(settings: Settings) -> None:
    """A server that takes the command and closes the connection leaves its fate unknown, and it is not sent again."""
    received: list[bytes] = []

    async def command() -> None:
        async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(1000):
                received.append(data)
                if b"INCR" in data:
                    break
                writer.write(b"+OK\r\n" * data.count(b"*"))
            writer.close()

        server = await asyncio.start_server(swallow, "127.0.0.1", 0)
        settings.REDIS_PAGES_URL = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0?protocol=2"
        try:
            await pools.pages().incr("n")
        finally:
            await pools.close_pages()
            server.close()
            await server.wait_closed()

    with pytest.raises(redis.exceptions.ConnectionError) as caught:
        asyncio.run(command())
    assert not pools.was_not_sent(caught.value)
    assert b"".join(received).count(b"INCR") == 1


def test_a_timeout_may_have_been_sent() -> None:
    assert not pools.was_not_sent(redis.exceptions.TimeoutError("slow"))
