"""Comparing rows with the disk, in both directions, and mending what can be mended.

Files are stored and collected all the while, so everything found is looked at again under the row's lock before it is
touched, and a file without a row counts as a stray only once it is older than a grace.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from storage import collector, disk, incoming, inspection, references, trash
from storage.findings import Finding, Kind, Report
from storage.inspection import Stored
from storage.leases import lease
from storage.mending import Mender
from storage.models import Blob, Replica, Server

log = logging.getLogger(__name__)
_BATCH = 500


def check(
    *,
    repair: bool = False,
    quick: bool = False,
    grace: timedelta | None = None,
    on_progress: Callable[[], object] = lambda: None,
) -> Report:
    """Compare all rows with all files. `quick` hashes nothing that seems right; `grace` is STRAY_GRACE by default.

    `on_progress()` is called after every few hundred of them. Raises ValueError for a grace of zero: a file that is
    being stored has no row yet.
    """
    grace = settings.STRAY_GRACE if grace is None else grace
    if grace <= timedelta(0):
        raise ValueError("the grace must not be zero: a file being stored has no row yet")
    report, mender = Report(), Mender(repair)
    for blobs in _batches():
        report.checked += len(blobs)
        report.findings += _check_blobs(blobs, mender, quick)
        on_progress()
    for files in _files():
        report.findings += _strays_among(files, mender, grace)
        on_progress()
    for path in incoming.strays(grace.total_seconds()):
        report.findings.append(_stray_incoming(path, repair))
    idle = references.unreferenced().filter(last_ref_at__lte=timezone.now() - collector.GRACE)
    report.unreferenced = idle.count()
    return report


def tidy() -> Report | None:
    """The quick comparison with repair, and the disk's figures; None when another process is at it."""
    with lease("check storage") as held:
        if held is None:
            return None
        report = check(repair=True, quick=True, on_progress=held.renew)
    for finding in report.findings:
        if finding.repaired:
            log.warning("%s %s: %s, %s", finding.kind, finding.path, finding.detail, finding.repaired)
    server = Server.objects.local()
    Server.objects.filter(pk=server.pk).update(free_bytes=disk.free_bytes(), checked_at=timezone.now())
    return report


def _batches() -> Iterator[list[Stored]]:
    here = Replica.objects.filter(blob=OuterRef("pk"), server=Server.objects.local()).values("status")
    blobs = Blob.objects.annotate(replica=Subquery(here)).order_by("pk").values_list(*Stored._fields)
    last = 0
    while batch := [Stored._make(row) for row in blobs.filter(pk__gt=last)[:_BATCH]]:
        yield batch
        last = batch[-1].pk


def _check_blobs(blobs: list[Stored], mender: Mender, quick: bool) -> Iterator[Finding]:
    good = []
    for blob in blobs:
        suspicion = inspection.suspect(blob, quick=quick)
        if suspicion is None:
            good.append(blob.pk)
        elif (finding := mender.settle(suspicion)) is not None:
            yield finding
    if not quick:
        here = Replica.objects.filter(server=Server.objects.local())
        here.filter(blob__in=good, status=Replica.Status.READY).update(verified_at=timezone.now())


def _files() -> Iterator[list[Path]]:
    """All files below the media folder."""
    found = disk.files_below(Path(settings.MEDIA_ROOT))
    while batch := list(islice(found, _BATCH)):
        yield batch


def _strays_among(files: list[Path], mender: Mender, grace: timedelta) -> Iterator[Finding]:
    """Those of the files that no row names."""
    root = Path(settings.MEDIA_ROOT)
    names = {str(file.relative_to(root)): file for file in files}
    known = set(
        Blob.objects.filter(path__in=[name for name in names if _may_be_a_path(name)]).values_list("path", flat=True)
    )
    for name in names.keys() - known:
        # The age is asked for after the rows: a file that was being stored has a new one.
        if disk.age(names[name]) <= grace.total_seconds():
            continue
        finding = Finding(Kind.STRAY, name, "no row")
        if mender.repair:
            finding.repaired = _put_away(names[name], mender)
        yield finding


def _put_away(stray: Path, mender: Mender) -> str:
    if mender.adopt(stray):
        disk.delete(stray)
        return "given to the blob that had lost it"
    trash.put(stray)
    return "moved to the trash"


def _stray_incoming(path: Path, repair: bool) -> Finding:
    finding = Finding(Kind.INCOMING, path.name, "nobody waits for it")
    if repair:
        disk.delete(path)
        finding.repaired = "deleted"
    return finding


def _may_be_a_path(name: str) -> bool:
    """Whether a database could hold the name: a stray may have any bytes for one."""
    return name.isprintable()
