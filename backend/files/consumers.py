"""The WebSocket behind live status in the admin.

The browser sends `{"watch": [ids], "language": "ru"}` whenever it connects or shows other files, and gets the present
state of each from the database at once and again whenever it changes:
`{"files": [{"id", "name", "status", "badge", "thumb", "preview"}]}`, the last three as HTML.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.utils import translation
from redis.exceptions import RedisError

from files.badges import badge
from files.live import GROUP
from files.previews import player, small
from files.states import State, states

log = logging.getLogger(__name__)

# Close codes: those from 4000 are ours to give (RFC 6455, section 7.4.2); 1013 is "try again later".
NOT_FOR_YOU = 4403
TRY_LATER = 1013
_MOST_WATCHED = 500
# Seconds that a Redis may take to answer, for its connections know no limit of their own (CHANNEL_LAYERS).
_PATIENCE = 2.0


class LibraryConsumer(AsyncJsonWebsocketConsumer):
    """For staff only; others are told so by the close code 4403."""

    watched: Collection[str] = frozenset()
    language = settings.LANGUAGE_CODE
    gone = False

    async def __call__(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, TimeoutError) as error:
            log.warning("live updates are away: %s", str(error) or type(error).__name__)
            if not self.gone:
                await send({"type": "websocket.close", "code": TRY_LATER})

    async def connect(self) -> None:
        # A refusal before accepting would reach the browser as a plain failure, without its code.
        await self.accept()
        if await self._may_watch():
            async with asyncio.timeout(_PATIENCE):
                await self.channel_layer.group_add(GROUP, self.channel_name)

    async def disconnect(self, code: int) -> None:
        self.gone = True
        async with asyncio.timeout(_PATIENCE):
            await self.channel_layer.group_discard(GROUP, self.channel_name)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except (ValueError, RecursionError):
            return None

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Take what the page shows now, and answer with its present state; anything else is ignored."""
        if not isinstance(content, dict) or not await self._may_watch():
            return
        language = content.get("language")
        if isinstance(language, str) and language in dict(settings.LANGUAGES):
            self.language = language
        wanted = _file_ids(content.get("watch"))
        self.watched = {str(file_id) for file_id in wanted}
        await self._show(await database_sync_to_async(states)(wanted))

    async def files_changed(self, message: dict[str, Any]) -> None:
        await self._show([state for state in message["files"] if state["id"] in self.watched])

    async def _show(self, found: list[State]) -> None:
        if found:
            with translation.override(self.language):
                await self.send_json({"files": [_shown(state) for state in found]})

    async def _may_watch(self) -> bool:
        """Asked again with each message, for people log out and lose rights while a page is open."""
        user = await get_user(self.scope)
        if user.is_active and user.is_staff:
            return True
        await self.close(NOT_FOR_YOU)
        return False


def _file_ids(given: object) -> list[uuid.UUID]:
    ids: list[uuid.UUID] = []
    for text in given[:_MOST_WATCHED] if isinstance(given, list) else ():
        try:
            ids.append(uuid.UUID(str(text)))
        except ValueError:
            continue
    return ids


def _shown(state: State) -> dict[str, str]:
    return {
        "id": state["id"],
        "name": state["name"],
        "status": state["status"],
        "badge": badge(state),
        "thumb": small(state),
        "preview": player(state),
    }
