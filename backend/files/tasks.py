"""Background entries of the library. Each fetches what it needs by id and may be run again at any time."""

import uuid
from datetime import timedelta

from celery import current_app, shared_task

from core.redis import broker_sync
from files import finalize
from storage import collector, fsck, trash

# A hint that was sent needs this long to be picked up before the row counts as forgotten.
_FORGOTTEN = timedelta(seconds=20)
_AT_MOST = 10_000
# With so many hints in the queue the workers are busy for long enough: more would only repeat them.
_ENOUGH = 500


@shared_task
def check_duplicate(file_id: str) -> None:
    """Check one received file; `file_id` is a MediaFile's."""
    finalize.check(uuid.UUID(file_id))


@shared_task
def sweep() -> int:
    """Send again what waits: Pending rows whose hint was lost and Processing rows whose worker died.

    Returns how many were sent.
    """
    if broker_sync().llen(current_app.conf.task_default_queue) >= _ENOUGH:
        return 0
    forgotten = finalize.waiting(older_than=_FORGOTTEN, limit=_AT_MOST)
    for file_id in forgotten:
        check_duplicate.delay(str(file_id))
    return len(forgotten)


@shared_task
def collect() -> int:
    """Move blobs that nothing refers to into the trash, and purge old trash."""
    trash.purge()
    return collector.collect()


@shared_task
def check_storage() -> None:
    """Compare rows with the disk quickly (no hashing) and clear strays older than the grace."""
    fsck.tidy()
