"""What `/metrics` tells of pages and their views."""

from collections.abc import Mapping

from content import page_cache, page_redis
from content.models import Page, PageChange


def gauges() -> Mapping[tuple[str, str], Mapping[str, float] | float]:
    waiting, batches, flushed = page_redis.sync(
        lambda client: (
            client.pipeline().hlen(page_cache.PENDING).scard(page_cache.BATCHES).get(page_cache.FLUSHED).execute()
        )
    )
    figures: dict[tuple[str, str], float] = {
        ("quayside_pages", "Pages that visitors may see."): Page.objects.published().count(),
        ("quayside_pages_with_new_views", "Pages whose views the database has yet to get."): waiting,
        ("quayside_view_batches", "Batches of views on their way to the database."): batches,
        ("quayside_page_changes", "Recent edits whose caches the sweeper will renew once more."): (
            PageChange.objects.count()
        ),
    }
    if flushed:
        figures["quayside_views_flushed_timestamp_seconds", "When views were last moved to the database."] = float(
            flushed
        )
    return figures
