"""A page read that the layer before Django could not answer: build the JSON, keep it, count it."""

import asyncio
import logging
import time
from collections.abc import Callable

from channels.db import database_sync_to_async
from django.db import OperationalError

from content import counters, page_cache
from content.page_cache import Hit, Miss
from content.page_json import Rendered
from content.page_redis import Away
from content.page_shelf import cut
from core.metrics import PAGE_READS

log = logging.getLogger(__name__)
Render = Callable[[], Rendered]

_LOOK_AGAIN = 0.02
# Whoever has waited this long for another's JSON builds its own. It is not short: where processor time is scarce, a
# crowd that stops waiting makes it scarcer.
_PATIENCE = 5.0


async def read(render: Render, *, whose: str, variant: str | None, views: int) -> Hit:
    """The JSON of a page or list, and its counted totals; NotFound comes through from `render`.

    `variant` None means that the answer is not kept. With Redis away it comes from the database and is counted there,
    unless a count may already have been made.
    """
    if variant is None:
        return await _count(await _in_database(render), views)
    try:
        found = await _find(whose, variant, views)
    except Away as away:
        return await _without_redis(await _in_database(render), views if away.nothing_done else 0)
    if isinstance(found, Hit):
        PAGE_READS.labels("redis").inc()
        return found
    try:
        rendered = await _in_database(render)
    except BaseException:
        await _give_up(whose, variant, found)
        raise
    try:
        shown = await page_cache.keep(rendered, views=views, whose=whose, variant=variant, miss=found)
    except Away as away:
        return await _without_redis(rendered, views if away.nothing_done else 0)
    return _hit(rendered, shown)


async def _find(whose: str, variant: str, views: int) -> Hit | Miss:
    """What Redis has, or the right to build it: of many who miss the same JSON one builds and the others wait."""
    end = time.monotonic() + _PATIENCE
    while True:
        found = await page_cache.read(whose, variant, views=views, to_build=True)
        if isinstance(found, Hit):
            return found
        if isinstance(found, Miss) and (found.may_build or time.monotonic() > end):
            return found
        await asyncio.sleep(_LOOK_AGAIN)


async def _give_up(whose: str, variant: str, miss: Miss) -> None:
    try:
        await page_cache.give_up_building(whose, variant, miss)
    except Away:
        log.warning("those who wait for page JSON will wait in vain: Redis is away")


async def _in_database(render: Render) -> Rendered:
    PAGE_READS.labels("database").inc()
    rendered: Rendered = await database_sync_to_async(render)()
    return rendered


async def _count(rendered: Rendered, views: int) -> Hit:
    try:
        return _hit(rendered, await page_cache.count(rendered, views=views))
    except Away as away:
        return await _without_redis(rendered, views if away.nothing_done else 0)


async def _without_redis(rendered: Rendered, views: int) -> Hit:
    ids = [content_id for page in rendered.shown for content_id in page.ids]
    if views and ids:
        try:
            await database_sync_to_async(counters.add_views)(dict.fromkeys(ids, views))
        except OperationalError:
            # The visitor gets the page all the same.
            log.exception("views of %d contents were not counted", len(ids))
    return _hit(rendered, [counter + views for page in rendered.shown for counter in page.counters])


def _hit(rendered: Rendered, shown: list[int]) -> Hit:
    return Hit(cut(rendered.body, rendered.etag), shown)
