"""The only deleter of blobs.

A blob's row is the lock on its content: whoever adds a reference locks the row first (`storage.blobs`), and so does the
collector before it looks for references again. A crash between the rename and the commit leaves a row whose bytes are
in the trash under its hash, which `storage.fsck` puts back.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from storage import disk, references, trash
from storage.leases import lease
from storage.models import Blob

log = logging.getLogger(__name__)
GRACE = timedelta(hours=1)


def collect(grace: timedelta = GRACE, *, limit: int = 10_000) -> int:
    """Move blobs that nothing has kept for longer than `grace` into the trash; the number of blobs moved.

    One process collects at a time; a second one returns 0 at once.
    """
    with lease("collect blobs") as held:
        if held is None:
            return 0
        before, count = timezone.now() - grace, 0
        idle = references.unreferenced().filter(last_ref_at__lte=before).order_by("pk")
        for blob_id in list(idle.values_list("pk", flat=True)[:limit]):
            if not held.renew():
                break
            count += _collect_one(blob_id, before)
        return count


def _collect_one(blob_id: int, before: datetime) -> bool:
    """Whether the blob was collected: it was not, when somebody has taken it up since, or the disk refused."""
    try:
        with transaction.atomic():
            idle = Blob.objects.select_for_update().filter(pk=blob_id, last_ref_at__lte=before)
            blob = idle.first()
            # The references are asked for in a statement of its own: only one that begins after the row was locked
            # sees those of the transaction which held it before.
            if blob is None or references.is_referenced(blob):
                return False
            _check_foreign_keys_at_once()
            path = disk.media_path(blob.path)
            blob.delete()
            trash.put(path, sha256=blob.sha256)
    except OSError as error:
        log.error("blob %s could not be collected: %s", blob_id, error)
        return False
    return True


def _check_foreign_keys_at_once() -> None:
    """Let a reference that was overlooked fail the DELETE, and not the COMMIT after the file has been moved."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
