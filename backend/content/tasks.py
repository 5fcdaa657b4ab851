"""Background entries of the pages. Each may be run again at any time."""

import logging

from celery import shared_task

from content import counters, invalidation
from content.page_redis import Away

log = logging.getLogger(__name__)


@shared_task
def flush_views() -> int:
    """Move the views that Redis has counted to the database; returns how many."""
    try:
        return counters.flush()
    except Away:
        log.warning("views stay where they are: Redis is away")
        return 0


@shared_task
def sweep_page_changes() -> int:
    """Renew the caches of recently changed pages once more; returns how many changes there were."""
    try:
        return invalidation.sweep()
    except Away:
        log.warning("page caches are not renewed: Redis is away")
        return 0
