import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis import exceptions

from core import redis as pools
from core.batches import NotSent
from core.processes import RedisProcess


def run(asked: Callable[[], Awaitable[Any]]) -> Any:
    async def closing() -> Any:
        try:
            return await asked()
        finally:
            await pools.close_pages()

    return asyncio.run(closing())


def test_each_caller_gets_the_answer_to_its_own_question() -> None:
    async def asked() -> list[Any]:
        return await asyncio.gather(*[pools.pages().execute("ECHO", str(number)) for number in range(1000)])

    assert run(asked) == [b"%d" % number for number in range(1000)]


def test_many_share_two_connections() -> None:
    async def asked() -> int:
        before = pools.pages_sync().info("clients")["connected_clients"]
        await asyncio.gather(*[pools.pages().execute("INCR", "n") for _ in range(1000)])
        return int(pools.pages_sync().info("clients")["connected_clients"]) - int(before)

    assert run(asked) <= 2
    assert pools.pages_sync().get("n") == b"1000"


def test_callers_who_come_one_after_another() -> None:
    async def asked() -> list[Any]:
        return [await pools.pages().execute("INCR", "n") for _ in range(100)]

    assert run(asked) == list(range(1, 101))


def test_a_command_that_is_wrong_fails_alone() -> None:
    async def asked() -> list[Any]:
        commands = (("INCR", "n"), ("NO-SUCH-COMMAND",), ("INCR", "n"))
        return await asyncio.gather(*[pools.pages().execute(*command) for command in commands], return_exceptions=True)

    first, wrong, second = run(asked)
    assert (first, second) == (1, 2)
    assert isinstance(wrong, exceptions.ResponseError)


@pytest.mark.parametrize("argument", ["\ud800", None])
def test_what_cannot_be_sent_fails_alone(argument: Any) -> None:
    async def asked() -> list[Any]:
        commands = (("INCR", "n"), ("ECHO", argument), ("INCR", "n"))
        answers = await asyncio.gather(
            *[pools.pages().execute(*command) for command in commands], return_exceptions=True
        )
        return [*answers, await pools.pages().execute("ECHO", "later")]

    first, wrong, second, later = run(asked)
    assert (first, second, later) == (1, 2, b"later")
    assert isinstance(wrong, exceptions.DataError | UnicodeEncodeError)


def test_a_caller_who_leaves_does_not_disturb_the_others(redis_server: RedisProcess) -> None:
    """Its command may be executed, but its answer is nobody else's."""

    async def asked() -> list[Any]:
        await pools.pages().execute("PING")
        redis_server.process.send_signal(signal.SIGSTOP)
        try:
            callers = [asyncio.create_task(pools.pages().execute("ECHO", str(n))) for n in range(10)]
            await asyncio.sleep(0.1)
            callers[0].cancel()
            callers[5].cancel()
        finally:
            redis_server.process.send_signal(signal.SIGCONT)
        return await asyncio.gather(*callers, return_exceptions=True)

    answers = run(asked)
    assert [type(answers[n]) for n in (0, 5)] == [asyncio.CancelledError] * 2
    assert [answers[n] for n in range(10) if n not in (0, 5)] == [b"%d" % n for n in range(10) if n not in (0, 5)]


def test_all_who_wait_are_told_of_a_stalled_server_and_later_ones_are_answered(redis_server: RedisProcess) -> None:
    """A crowd larger than two batches does not wait for the server batch after batch."""

    async def asked() -> tuple[list[Any], float, Any]:
        await pools.pages().execute("PING")
        redis_server.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        try:
            answers = await asyncio.gather(
                *[pools.pages().execute("ECHO", str(n)) for n in range(1000)], return_exceptions=True
            )
        finally:
            redis_server.process.send_signal(signal.SIGCONT)
        return answers, time.monotonic() - begun, await pools.pages().execute("ECHO", "later")

    answers, seconds, later = run(asked)
    assert {type(answer) for answer in answers} == {exceptions.TimeoutError, NotSent}
    assert seconds < 3
    assert later == b"later"
