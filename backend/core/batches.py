"""Commands of many callers, sent to Redis together.

A command on a connection of its own costs a write, a read and a wake-up of the event loop, which together take longer
than Redis needs to answer. So what callers ask while others are being answered goes out in one write, and the answers
come back in one read; a caller who is alone is sent at once.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from redis.asyncio.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

# How many batches are under way at once: while Redis works on one, the next is written and read. More would only make
# them smaller.
_AT_ONCE = 2
_LARGEST = 64


class NotSent(RedisConnectionError):
    """There is no connection to the server, so the command never left this process."""


class _Asked(NamedTuple):
    packed: list[bytes]
    reply: "asyncio.Future[Any]"


class Batches:
    """The callers of one event loop."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool: Any = pool  # redis-py's own methods have no types
        # Never connected: a command is packed where it is asked, so that one that cannot be fails there, alone.
        self._packer: Any = pool.make_connection()  # type: ignore[no-untyped-call]
        self._waiting: deque[_Asked] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._senders = 0
        self._is_called = False

    async def execute(self, *command: Any) -> Any:
        """Redis's reply.

        Raises ResponseError for this command alone, the RedisError that ended its batch, or NotSent; DataError or
        UnicodeEncodeError for an argument that Redis cannot be sent.
        """
        loop = asyncio.get_running_loop()
        asked = _Asked(self._packer.pack_command(*command), loop.create_future())
        self._waiting.append(asked)
        # A sender that was just called takes along whatever is asked until its turn comes.
        if not self._is_called and self._senders < _AT_ONCE:
            self._is_called = True
            self._senders += 1
            task = loop.create_task(self._send())
            # The loop itself keeps no task alive.
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked.reply

    async def _send(self) -> None:
        self._is_called = False
        try:
            while self._waiting:
                count = min(len(self._waiting), _LARGEST)
                await self._exchange([self._waiting.popleft() for _ in range(count)])
        finally:
            self._senders -= 1

    async def _exchange(self, batch: list[_Asked]) -> None:
        try:
            connection = await self._pool.get_connection()
            try:
                await connection.send_packed_command(chain.from_iterable(asked.packed for asked in batch))
                for asked in batch:
                    await _read(connection, asked.reply)
            finally:
                await self._pool.release(connection)
        except RedisError as error:
            _fail(batch, error)
            # Who came meanwhile has waited as long, and would find out the same.
            _fail(self._waiting, NotSent(str(error)))
            self._waiting.clear()
        finally:
            # Whatever else happens (the loop ends), nobody is left waiting.
            for asked in batch:
                asked.reply.cancel()


def _fail(several: Iterable[_Asked], error: RedisError) -> None:
    for asked in several:
        if not asked.reply.done():
            asked.reply.set_exception(error)


async def _read(connection: Any, reply: "asyncio.Future[Any]") -> None:
    try:
        found = await connection.read_response()
    except ResponseError as error:
        if not reply.done():
            reply.set_exception(error)
    else:
        # A caller may have gone meanwhile.
        if not reply.done():
            reply.set_result(found)
