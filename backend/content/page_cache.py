"""The pages Redis: JSON under generations, totals, pending views, the throttle and the right to build.

| key | what it is | life |
|---|---|---|
| `page:generations` | hash: page id, or `list` → a random token that an edit replaces | for ever |
| `page:json:<whose>:<generation>:<variant>` | hash: ids, etag, body with gaps | PAGE_CACHE_TTL at most |
| `page:lock:…` | one process builds this JSON | `BUILD` |
| `views:pending` | hash by group: views since the last flush | until taken |
| `views:bases` | hash by group: `12,40,7`, the views of its contents without the pending ones | for ever |
| `views:groups` | hash: page id → its group | for ever |
| `views:batch:<uuid>`, `views:batches` | views on their way to the database, and the set of batches | until applied |
| `views:flushed` | when the last flush ended, in seconds since 1970 | for ever |
| `page:throttle:<address>` | requests in the current minute | a minute |

A group is the ids of the contents that a page shows, `5,6,7`. They are seen together, so one number counts for all of
them, and a list of a hundred contents on twenty pages costs Redis twenty counters. What is shown of a content is its
base and the pending views of its group together.

Every function here that speaks to Redis raises Away when it cannot.
"""

import json
import random
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from content.page_json import Rendered
from content.page_redis import Script, sync
from content.page_shelf import Cut, cut, shelf

LIST = "list"
GENERATIONS, BASES, PENDING, BATCHES = "page:generations", "views:bases", "views:pending", "views:batches"
FLUSHED = "views:flushed"
BUILD = timedelta(seconds=10)
_PART = 1000

_read = Script("read")
_settle = Script("settle")
_give_up = Script("give_up")
_raise = Script("raise")
_take = Script("take")


class Hit(NamedTuple):
    """JSON that Redis vouches for, and the view counts that belong in it."""

    cut: Cut
    views: list[int]


class Miss(NamedTuple):
    """There is no JSON. `generation` is the one to store it under, `drawn` when it was made up just now."""

    generation: str
    drawn: bool
    may_build: bool


class Limited(NamedTuple):
    """The client has asked too often; it may ask again in so many seconds."""

    retry_after: int


async def read(
    whose: str, variant: str, *, views: int, allowed: int = 0, client: str = "", to_build: bool = False
) -> Hit | Miss | Limited:
    """Look JSON up and count `views` for each content in it, in one round trip.

    `allowed` requests a minute are let through from `client`; with `to_build` one of several callers that miss the
    same JSON may build it.
    """
    name = (whose, variant)
    known = shelf.get(name)
    args: tuple[Any, ...] = (whose, variant, known.etag if known else b"", views)
    if allowed or to_build:
        args += (allowed, client, int(BUILD.total_seconds() * 1000) if to_build else 0)
    outcome, *rest = await _read.call(*args)
    if outcome == b"hit":
        etag, pending, bases, body = rest
        if body or known is None:
            known = cut(body, etag)
            shelf.put(name, known)
        return Hit(known, _sums(pending, bases))
    if outcome == b"limited":
        return Limited(rest[0])
    generation = rest[0].decode()
    return Miss(generation or new_generation(), drawn=not generation, may_build=outcome != b"wait")


async def keep(rendered: Rendered, *, views: int, whose: str, variant: str, miss: Miss) -> list[int]:
    """Store what was rendered under the generation that was read before the query, and count; returns the counts."""
    drawn = "1" if miss.drawn else "0"
    args = (whose, miss.generation, drawn, variant, rendered.etag, rendered.body, _milliseconds(rendered, variant))
    return _sums(*await _settle.call(views, _groups(rendered), *args))


async def count(rendered: Rendered, *, views: int) -> list[int]:
    """Count what was rendered and is not kept; returns the counts."""
    return _sums(*await _settle.call(views, _groups(rendered)))


def _sums(pending: bytes, bases: bytes) -> list[int]:
    """Base and pending views of each content, in the order of the gaps."""
    if not bases:
        return []
    return [
        base + seen for seen, group in zip(map(int, pending.split(b",")), _bases(bases), strict=True) for base in group
    ]


@lru_cache(maxsize=1024)
def _bases(bases: bytes) -> list[list[int]]:
    """The numbers of `12,40;7`. They change with a flush or an edit only, so they are read once for many answers."""
    return [[int(base) for base in group.split(b",")] for group in bases.split(b";")]


def _groups(rendered: Rendered) -> str:
    return json.dumps([(page_id, group_of(ids), counters) for page_id, ids, counters in rendered.shown])


def group_of(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def ids_of(group: str) -> list[int]:
    return [int(content_id) for content_id in group.split(",")]


def take() -> list[UUID]:
    """Make batches of all pending views; returns the batches that wait, those of an earlier flush among them."""
    cursor = b"0"
    while (cursor := _take.call_sync(str(uuid4()), cursor, _PART)) != b"0":
        pass
    return [UUID(name.decode()) for name in sync(lambda client: client.smembers(BATCHES))]


def batch(name: UUID) -> dict[str, int]:
    """Views by group."""
    found = sync(lambda client: client.hgetall(f"views:batch:{name}"))
    return {group.decode(): int(views) for group, views in found.items()}


def forget_batches(names: Iterable[UUID]) -> None:
    """They are in the database."""
    texts = [str(name) for name in names]
    if texts:
        keys = [f"views:batch:{text}" for text in texts]
        sync(lambda client: client.pipeline().unlink(*keys).srem(BATCHES, *texts).execute())


def raise_bases(groups: Iterable[str], counters: Mapping[int, int]) -> None:
    """Make no base of these groups less than what the database has; forget groups of which it has no content.

    In small parts, for a script keeps everybody else waiting.
    """
    ids = {group: ids_of(group) for group in groups}
    gone = [group for group in ids if counters.keys().isdisjoint(ids[group])]
    known = [(group, [counters.get(content_id, 0) for content_id in ids[group]]) for group in ids.keys() - set(gone)]
    for first in range(0, len(known), _PART):
        _raise.call_sync(json.dumps(known[first : first + _PART]))
    if gone:
        sync(lambda client: client.hdel(BASES, *gone))


def note_flush() -> None:
    """All that was pending when the flush began is in the database."""
    sync(lambda client: client.set(FLUSHED, timezone.now().timestamp()))


def _milliseconds(rendered: Rendered, variant: str) -> int:
    """How long to keep it: a little less than PAGE_CACHE_TTL by chance, so that not everything ends at once.

    Never past the hour of a scheduled page; and the order by views is that of the last flush.
    """
    life = settings.PAGE_CACHE_TTL * random.uniform(0.9, 1)  # noqa: S311 - no secret
    if "ordering=views" in variant or "ordering=-views" in variant:
        life = min(life, settings.VIEWS_FLUSH_INTERVAL)
    if rendered.expires_at:
        life = min(life, rendered.expires_at - timezone.now())
    return max(0, int(life / timedelta(milliseconds=1)))


async def give_up_building(whose: str, variant: str, miss: Miss) -> None:
    """Tell those who wait that nothing was built: for a moment, each of them may find out by itself why."""
    await _give_up.call(whose, "" if miss.drawn else miss.generation, variant)


def new_generation() -> str:
    return secrets.token_hex(8)


def renew(page_ids: Iterable[int]) -> None:
    """Make all JSON of these pages, and of the lists, out of date."""
    fresh = {str(page_id): new_generation() for page_id in page_ids}
    sync(lambda client: client.hset(GENERATIONS, mapping={**fresh, LIST: new_generation()}))
