"""Views on their way into the database.

Redis holds what is pending. A flush gives the pending hash an id (RENAME), and one transaction inserts that id and
adds the counts; the id is unique, so a batch that is delivered again changes nothing. What a flush that died left
behind is applied by the next one.
"""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from content import page_cache, page_redis
from content.models import CounterBatch

_REMEMBERED = timedelta(days=7)
_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], 'views:batch:' .. ARGV[1])
  redis.call('SADD', KEYS[2], ARGV[1])
end
return redis.call('SMEMBERS', KEYS[2])
"""
# Pages before contents, which is the order in which the admin writes them: two that wait for each other are avoided.
_ADD_TO_PAGES = """
UPDATE content_page SET views = content_page.views + shown.total
FROM (
    SELECT content_content.page_id, SUM(CAST(added.value AS bigint)) AS total
    FROM json_each(%s) AS added JOIN content_content ON content_content.id = CAST(added.key AS bigint)
    GROUP BY content_content.page_id
) AS shown
WHERE content_page.id = shown.page_id
"""
_ADD_TO_CONTENTS = """
UPDATE content_content SET counter = content_content.counter + CAST(added.value AS bigint)
FROM json_each(%s) AS added
WHERE content_content.id = CAST(added.key AS bigint)
RETURNING content_content.id, content_content.counter
"""
# One adder at a time; it gives way before PostgreSQL (after a second) would choose an editor as a deadlock's victim.
_ADDERS_LOCK = 7_130_201
_ROWS = 5_000


def add_views(views: Mapping[int, int]) -> dict[int, int]:
    """Add views by content id, to the contents and to their pages; the new counters of the contents that exist.

    One transaction, and two statements for every 5,000 contents.
    """
    items = sorted(views.items())
    parcels = [json.dumps(dict(items[first : first + _ROWS])) for first in range(0, len(items), _ROWS)]
    counters: dict[int, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDERS_LOCK])
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
        for parcel in parcels:
            cursor.execute(_in_dialect(_ADD_TO_PAGES), [parcel])
        for parcel in parcels:
            cursor.execute(_in_dialect(_ADD_TO_CONTENTS), [parcel])
            counters.update(cursor.fetchall())
    return counters


def _in_dialect(statement: str) -> str:
    return statement.replace("json_each(", "json_each_text(") if connection.vendor == "postgresql" else statement


def flush() -> int:
    """Move pending views to the database; returns how many views were added.

    Safe to run at any time, by several workers at once, and again after any crash. Raises Away without Redis.
    """
    taken = page_redis.sync(
        lambda client: client.eval(_TAKE, 2, page_cache.PENDING, page_cache.BATCHES, str(uuid.uuid4()))
    )
    batches = [uuid.UUID(name.decode()) for name in taken]
    added = sum(apply(batch) for batch in batches)
    CounterBatch.objects.filter(applied_at__lt=timezone.now() - _REMEMBERED).exclude(pk__in=batches).delete()
    return added


def apply(batch: uuid.UUID) -> int:
    """Add one batch, unless that has been done, and forget it; returns how many views were added."""
    name = f"views:batch:{batch}"
    found = page_redis.sync(lambda client: client.hgetall(name))
    groups = {group.decode(): int(number) for group, number in found.items()}
    views: Counter[int] = Counter()
    for group, number in groups.items():
        views.update(dict.fromkeys(page_cache.ids_of(group), number))
    counters: dict[int, int] = {}
    with transaction.atomic():
        _row, first_time = CounterBatch.objects.get_or_create(pk=batch)
        if first_time:
            counters = add_views(views)
    page_redis.sync(lambda client: client.pipeline().unlink(name).srem(page_cache.BATCHES, str(batch)).execute())
    if not first_time:
        return 0
    page_cache.raise_totals(groups, counters)
    gone = [group for group in groups if counters.keys().isdisjoint(page_cache.ids_of(group))]
    if gone:
        page_redis.sync(lambda client: client.hdel(page_cache.TOTALS, *gone))
    return sum(number for content_id, number in views.items() if content_id in counters)
