"""Live status: after a commit, the new states of the files concerned go to every open page of the admin.

A message may be lost, for the database holds the state and a page asks for it when it connects. So a Redis that is
away costs half a second and a line in the log, never a save or a check; it is then left alone for some seconds, so that
an action with many files does not wait for it with each.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from files.states import State, states_of_roots

log = logging.getLogger(__name__)

GROUP = "library"
SOCKET = "ws/library/"
_PATIENCE = 0.5
_LEFT_ALONE = 5.0
_AT_MOST = 500
_IN_A_MESSAGE = 50


class Pause:
    """How long this process leaves a Redis alone that did not answer."""

    def __init__(self) -> None:
        self.until = float("-inf")

    def begin(self) -> None:
        self.until = time.monotonic() + _LEFT_ALONE

    def end(self) -> None:
        self.until = float("-inf")

    def __bool__(self) -> bool:
        return time.monotonic() < self.until


pause = Pause()


def on_files_changed(*, root_ids: Iterable[uuid.UUID], **_signal: object) -> None:
    """Receiver of `files.signals.files_changed`."""
    transaction.on_commit(partial(announce, list(root_ids)))


def announce(root_ids: Iterable[uuid.UUID]) -> None:
    """Send the states of these files and their versions to whoever watches; never raises for a Redis that is away."""
    if pause:
        return
    found = states_of_roots(root_ids, limit=_AT_MOST)
    try:
        async_to_sync(_send)(found)
    except (RedisError, OSError, TimeoutError) as error:
        pause.begin()
        log.warning("no live update of %d files: %s", len(found), str(error) or type(error).__name__)


async def _send(found: list[State]) -> None:
    async with asyncio.timeout(_PATIENCE):
        for start in range(0, len(found), _IN_A_MESSAGE):
            message = {"type": "files.changed", "files": found[start : start + _IN_A_MESSAGE]}
            await get_channel_layer().group_send(GROUP, message)


def browser_settings() -> dict[str, Any]:
    """What the script of the admin's pages needs, in the reader's language."""
    return {
        "socket": f"/{SOCKET}",
        "texts": {
            "away": _("Live updates are paused. Reload the page to see the present status."),
            "retry_failed": _("The file could not be sent for checking again."),
            "changed": _("%(name)s: %(status)s"),
            "close": _("Close"),
        },
    }
