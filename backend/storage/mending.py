"""Putting right what a comparison of rows and disk came upon, one finding at a time, under the blob's row lock."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from storage import disk, inspection, trash
from storage.findings import Finding, Kind
from storage.inspection import Stored, Suspicion
from storage.models import Blob, Replica, Server

log = logging.getLogger(__name__)


@dataclass
class Mender:
    """Confirms suspicions and, when `repair` is set, mends what they are about.

    `lost` are the blobs that were left without bytes, by their hash, each with its finding.
    """

    repair: bool
    lost: dict[str, tuple[Blob, Finding]] = field(default_factory=dict)
    _index: trash.Index | None = None

    def settle(self, suspicion: Suspicion) -> Finding | None:
        """The finding, mended if it can be; None when the blob has been collected or healed meanwhile."""
        spare = self._spare(suspicion.blob) if self.repair and suspicion.kind is not Kind.REPLICA else None
        with transaction.atomic():
            blob = Blob.objects.select_for_update().filter(pk=suspicion.blob.pk).first()
            if blob is None or disk.Identity.of(disk.media_path(blob.path)) != suspicion.seen:
                return None
            repaired = self._mend(suspicion, blob, spare) if self.repair else ""
        if repaired and spare is not None:
            disk.delete(spare)
        finding = Finding(suspicion.kind, blob.path, suspicion.detail, blob.pk, repaired)
        if not repaired and suspicion.kind is not Kind.REPLICA:
            self.lost[blob.sha256] = blob, finding
        return finding

    def adopt(self, stray: Path) -> bool:
        """Make a file without a row the bytes of a lost blob, if it has them; it may then be deleted."""
        size = stray.lstat().st_size
        for blob, finding in list(self.lost.values()):
            if blob.size == size and inspection.holds(stray, blob.sha256, blob.size):
                return self._give(blob, finding, stray)
        return False

    def _give(self, lost: Blob, finding: Finding, source: Path) -> bool:
        with transaction.atomic():
            blob = Blob.objects.select_for_update().filter(pk=lost.pk).first()
            if blob is None or not disk.seal(source, disk.media_path(blob.path)):
                return False
            _mark(blob, Replica.Status.READY)
        finding.repaired = "found under another name"
        del self.lost[lost.sha256]
        return True

    def _mend(self, suspicion: Suspicion, blob: Blob, spare: Path | None) -> str:
        path = disk.media_path(blob.path)
        if suspicion.kind is Kind.REPLICA:
            _mark(blob, Replica.Status.READY)
            return "recorded as ready"
        if suspicion.kind is Kind.ROTTEN:
            trash.put(path, sha256=trash.ROTTEN)
        if spare is not None and disk.seal(spare, path):
            _mark(blob, Replica.Status.READY)
            return "restored from the trash"
        if _mark(blob, Replica.Status.FAILED):
            log.error("the bytes of blob %s are lost: %s", blob.pk, blob.path)
        return ""

    def _spare(self, blob: Stored) -> Path | None:
        """A good copy of the blob's bytes in the trash."""
        if self._index is None:
            self._index = trash.Index()
        copies: Iterator[Path] = self._index.copies(blob.sha256, Path(blob.path).name)
        return next((copy for copy in copies if inspection.holds(copy, blob.sha256, blob.size)), None)


def _mark(blob: Blob, status: Replica.Status) -> bool:
    """Record the state of a blob's bytes on this disk; whether that was news."""
    server = Server.objects.local()
    verified = {"verified_at": timezone.now()} if status == Replica.Status.READY else {}
    replica, created = Replica.objects.get_or_create(blob=blob, server=server, defaults={"status": status, **verified})
    news = created or replica.status != status
    if not created:
        Replica.objects.filter(pk=replica.pk).update(status=status, **verified)
    return news
