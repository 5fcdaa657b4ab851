"""Making bytes a blob: the row is the lock on its content, the link on disk its only copy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from core.hashing import Digests
from storage import disk, trash
from storage.models import Blob, Replica, Server


class VerifyFirst(Exception):
    """A file already has the blob's name: compare it outside the transaction, then try again."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass
class Compared:
    """What was found out about files that already had a blob's name, by their identity on disk."""

    good: set[disk.Identity] = field(default_factory=set)
    bad: set[disk.Identity] = field(default_factory=set)

    def look(self, source: Path, target: Path, *, on_progress: Callable[[], None] = lambda: None) -> None:
        identity = disk.Identity.of(target)
        if identity is not None:
            same = disk.same_bytes(source, target, on_progress=on_progress)
            (self.good if same else self.bad).add(identity)


def lock_or_create(digests: Digests, path: str) -> Blob:
    """The blob with these bytes, made with `path` when it is new; its row is locked until the transaction ends."""
    wanted = Blob(sha256=digests.sha256, md5=digests.md5, size=digests.size, path=path, last_ref_at=timezone.now())
    Blob.objects.bulk_create(
        [wanted], update_conflicts=True, unique_fields=["sha256", "size"], update_fields=["last_ref_at"]
    )
    return Blob.objects.get(sha256=digests.sha256, size=digests.size)


def keep(source: Path, digests: Digests, path: str, compared: Compared) -> Blob:
    """Make `source` the bytes of the blob with these digests; call inside a transaction.

    Returns the blob: a new one at `path`, or the one that already has these bytes, healed when its file was lost or
    rotten. Raises VerifyFirst when a file under its name has not been compared yet.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("keep() needs a transaction: the blob's row is its lock")
    blob = lock_or_create(digests, path)
    target = disk.media_path(blob.path)
    if not disk.seal(source, target):
        identity = disk.Identity.of(target)
        if identity in compared.bad:
            trash.put(target, sha256=trash.ROTTEN)
            disk.seal(source, target)
        elif identity not in compared.good:
            raise VerifyFirst(target)
    Replica.objects.update_or_create(
        blob=blob,
        server=Server.objects.local(),
        defaults={"status": Replica.Status.READY, "verified_at": timezone.now()},
    )
    return blob
