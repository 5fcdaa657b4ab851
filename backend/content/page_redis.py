"""How pages speak to their Redis: scripts, and what to do when it does not answer.

Whatever is asked here raises Away when Redis cannot be asked, and for a second after that without trying.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from redis import exceptions

from core import redis as pools

log = logging.getLogger(__name__)
T = TypeVar("T")

_PAUSE = 1.0
# What Redis says when it has not run a command: it is starting, is full, or is a copy.
_REFUSED = (exceptions.BusyLoadingError, exceptions.OutOfMemoryError, exceptions.ReadOnlyError)


class Away(Exception):
    """Redis does not answer. `nothing_done` when it is sure that the command was not executed."""

    def __init__(self, *, nothing_done: bool) -> None:
        super().__init__("nothing was done" if nothing_done else "it may have been done")
        self.nothing_done = nothing_done


class Pause:
    """While Redis is away one request a second tries it, for all; the others need not wait to find out."""

    def __init__(self) -> None:
        self.is_away = False
        self.until = 0.0

    def require_over(self) -> None:
        if self.is_away:
            if time.monotonic() < self.until:
                raise Away(nothing_done=True)
            self.until = time.monotonic() + _PAUSE

    def begin(self, error: exceptions.RedisError) -> Away:
        """The Away that stands for this error."""
        log.warning("the pages Redis does not answer: %s", error)
        self.is_away, self.until = True, time.monotonic() + _PAUSE
        return Away(nothing_done=isinstance(error, _REFUSED) or pools.was_not_sent(error))

    def end(self) -> None:
        self.is_away = False


pause = Pause()


class Script:
    """A Lua script, called by its hash; Redis is sent the text when it does not know it."""

    def __init__(self, name: str) -> None:
        folder = Path(__file__).parent / "lua"
        self.text = "\n".join((folder / f"{part}.lua").read_text() for part in ("common", name))
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def call(self, *args: Any) -> Any:
        pause.require_over()
        try:
            reply = await self._execute(args)
        except exceptions.RedisError as error:
            raise pause.begin(error) from error
        pause.end()
        return reply

    async def _execute(self, args: tuple[Any, ...]) -> Any:
        pages = pools.pages()
        try:
            return await pages.execute("EVALSHA", self.sha, 0, *args)
        except exceptions.NoScriptError:
            return await pages.execute("EVAL", self.text, 0, *args)

    def call_sync(self, *args: Any) -> Any:
        return sync(lambda client: client.eval(self.text, 0, *args))


def sync(command: Callable[[Any], T]) -> T:
    """Run `command(client)` outside an event loop."""
    pause.require_over()
    try:
        answer = command(pools.pages_sync())
    except exceptions.RedisError as error:
        raise pause.begin(error) from error
    pause.end()
    return answer
