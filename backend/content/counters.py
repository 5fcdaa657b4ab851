"""Views on their way into the database.

Redis holds what is pending. A flush takes it in batches with an id each; the transaction that adds a batch inserts
its id, which is unique, so a batch that is delivered again changes nothing. What a flush that died left behind is
applied by the next one.
"""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from content import page_cache
from content.models import CounterBatch

_REMEMBERED = timedelta(days=7)
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
_BATCHES = 100


def add_views(views: Mapping[int, int]) -> dict[int, int]:
    """Add views by content id, to the contents and to their pages; the new counters of the contents that exist.

    One transaction, and two statements for every 5,000 contents.
    """
    items = sorted(views.items())
    parcels = [json.dumps(dict(items[first : first + _ROWS])) for first in range(0, len(items), _ROWS)]
    counters: dict[int, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_for_other_adders(cursor)
        for parcel in parcels:
            cursor.execute(_in_dialect(_ADD_TO_PAGES), [parcel])
        for parcel in parcels:
            cursor.execute(_in_dialect(_ADD_TO_CONTENTS), [parcel])
            counters.update(cursor.fetchall())
    return counters


def _in_dialect(statement: str) -> str:
    return statement.replace("json_each(", "json_each_text(") if connection.vendor == "postgresql" else statement


def _wait_for_other_adders(cursor: CursorWrapper) -> None:
    """Have the rest of the transaction to oneself, among those who add views. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDERS_LOCK])
        cursor.execute("SET LOCAL lock_timeout = '500ms'")


def flush() -> int:
    """Move pending views to the database; returns how many views were added.

    Safe to run at any time, by several workers at once, and again after any crash. Raises Away without Redis.
    """
    batches = page_cache.take()
    added = sum(apply(batches[first : first + _BATCHES]) for first in range(0, len(batches), _BATCHES))
    CounterBatch.objects.filter(applied_at__lt=timezone.now() - _REMEMBERED).exclude(pk__in=batches).delete()
    page_cache.note_flush()
    return added


def apply(batches: Sequence[uuid.UUID]) -> int:
    """Add batches, but for those that have been added, and forget them; returns how many views were added."""
    found = {batch: page_cache.batch(batch) for batch in batches}
    views: Counter[int] = Counter()
    counters: dict[int, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_for_other_adders(cursor)
        applied = set(CounterBatch.objects.filter(pk__in=batches).values_list("pk", flat=True))
        groups = [item for batch in batches if batch not in applied for item in found[batch].items()]
        CounterBatch.objects.bulk_create(CounterBatch(pk=batch) for batch in batches if batch not in applied)
        for group, number in groups:
            views.update(dict.fromkeys(page_cache.ids_of(group), number))
        counters = add_views(views)
    page_cache.forget_batches(batches)
    page_cache.raise_bases({group for group, _number in groups}, counters)
    return sum(number for content_id, number in views.items() if content_id in counters)
