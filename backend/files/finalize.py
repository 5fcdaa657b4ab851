"""The background check of a received file, from claim to Completed or Failed.

Safe to run at any time and any number of times: the claim is one conditional UPDATE, every later write holds only
while the claim is current, and a crash between any two steps is repeated from the start by the next claim.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import Problem
from core.hashing import Digests, hash_stream
from files.duplicates import FileDuplicateChecker
from files.errors import CheckFailed
from files.facts import Facts, read_facts
from files.models import MediaFile
from files.reasons import WRITTEN_IN
from files.signals import files_changed
from storage import blobs, disk, incoming, placement

log = logging.getLogger(__name__)
# A blob's file may be replaced between looking and locking; more rounds than this means that something is wrong.
_ROUNDS = 5


class ClaimLost(Exception):
    """Another worker has taken the file over; what this one found out no longer counts."""


@dataclass
class Claim:
    """The right to check one file, held until `lease` runs out unless renewed."""

    file: MediaFile
    attempt: int
    renewed: float

    @property
    def mine(self) -> "QuerySet[MediaFile]":
        return MediaFile.objects.filter(pk=self.file.pk, attempt=self.attempt, status=MediaFile.Status.PROCESSING)

    @property
    def allowed(self) -> int:
        """The number of the last attempt."""
        return self.file.attempts_allowed or settings.FILE_MAX_ATTEMPTS

    def write(self, **values: object) -> None:
        """Change the row while the claim holds; raises ClaimLost when it does not."""
        if not self.mine.update(updated_at=timezone.now(), **values):
            raise ClaimLost(str(self.file.pk))

    def renew(self, _hashed: int = 0) -> None:
        """Push the lease out, at most four times in its life, so that hashing is not slowed by writes."""
        now = time.monotonic()
        if now - self.renewed >= settings.FILE_LEASE.total_seconds() / 4:
            self.write(lease_until=timezone.now() + settings.FILE_LEASE)
            self.renewed = now


def claim(file_id: uuid.UUID) -> Claim | None:
    """Take the file for checking; None when it needs none, or another worker has it."""
    file = MediaFile.objects.claimable().filter(pk=file_id).first()
    if file is None:
        return None
    attempt = file.attempt + 1
    taken = (
        MediaFile.objects.claimable()
        .filter(pk=file_id, attempt=file.attempt)
        .update(
            status=MediaFile.Status.PROCESSING,
            attempt=attempt,
            lease_until=timezone.now() + settings.FILE_LEASE,
            updated_at=timezone.now(),
        )
    )
    if not taken:
        return None
    file.attempt = attempt
    _tell(file)
    return Claim(file, attempt, time.monotonic())


@translation.override(WRITTEN_IN)
def check(file_id: uuid.UUID) -> MediaFile.Status | None:
    """Check one received file; the status it was left in, or None when there was nothing to do here."""
    held = claim(file_id)
    if held is None:
        return None
    try:
        if held.attempt > held.allowed:
            message = held.file.error_message or _("The check was begun too often without coming to an end.")
            raise CheckFailed(held.file.error_code or "too_many_attempts", message)
        _complete(held)
    except CheckFailed as failure:
        return _fail(held, failure)
    except ClaimLost:
        log.warning("file %s was taken over by another worker", file_id, extra={"file_id": str(file_id)})
        return None
    except OSError as error:
        return _put_back(held, error)
    incoming.discard(held.file.incoming)
    return MediaFile.Status.COMPLETED


def _complete(held: Claim) -> None:
    source = incoming.path(held.file.incoming)
    digests, facts = _examine(held, source)
    compared = blobs.Compared()
    stored = FileDuplicateChecker(digests).stored()
    if stored is not None:
        compared.look(source, disk.media_path(stored.path), on_progress=held.renew)
    for _round in range(_ROUNDS):
        try:
            with transaction.atomic():
                _record(held, source, digests, facts, compared)
            return
        except blobs.VerifyFirst as found:
            compared.look(source, found.path, on_progress=held.renew)
        except IntegrityError:
            # The earlier file that this one was to name has just been deleted; look again.
            log.info("file %s is checked against the library once more", held.file.pk)
    raise OSError(f"the stored file of {held.file.pk} would not hold still")


def _examine(held: Claim, source: Path) -> tuple[Digests, Facts]:
    try:
        with source.open("rb", buffering=0) as file:
            digests = hash_stream(file, on_progress=held.renew)
        if digests.size != held.file.size:
            raise CheckFailed("source_changed", _("The received bytes are not as many as were announced."))
        return digests, read_facts(source, held.file.kind, held.file.mime)
    except FileNotFoundError as error:
        raise CheckFailed("source_missing", _("The received bytes are gone; please upload the file again.")) from error
    except Problem as problem:
        raise CheckFailed(problem.code, str(problem.detail or problem.title)) from problem


def _record(held: Claim, source: Path, digests: Digests, facts: Facts, compared: blobs.Compared) -> None:
    """One transaction: the blob, its file's name on disk, and the Completed row that refers to it."""
    file = held.file
    # Whoever changes several versions of a file locks its first one first, so that nobody waits in a circle.
    MediaFile.objects.select_for_update().filter(pk=file.root_id).first()
    path = placement.blob_path(file.name, file.kind, timezone.localtime())
    blob = blobs.keep(source, digests, path, compared)
    held.write(
        status=MediaFile.Status.COMPLETED,
        blob=blob,
        duplicate_of=FileDuplicateChecker.earlier_file(blob, file.pk),
        incoming="",
        lease_until=None,
        error_code="",
        error_message="",
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
    )
    newer = Q(current=None) | Q(current__version__lt=file.version)
    MediaFile.objects.filter(newer, pk=file.root_id).update(current=file, updated_at=timezone.now())
    _tell(file)


def _fail(held: Claim, failure: CheckFailed) -> MediaFile.Status | None:
    """Failed, with its reason; the received bytes stay, so that a Retry has something to try."""
    try:
        with transaction.atomic():
            held.write(
                status=MediaFile.Status.FAILED,
                error_code=failure.code,
                error_message=failure.message,
                lease_until=None,
            )
            _tell(held.file)
    except ClaimLost:
        return None
    return MediaFile.Status.FAILED


def _put_back(held: Claim, error: OSError) -> MediaFile.Status | None:
    """The disk refused: wait for the sweeper to try again, and say meanwhile what happened."""
    log.error("check of file %s failed: %s", held.file.pk, error, extra={"file_id": str(held.file.pk)})
    message = error.strerror or _("The storage did not answer.")
    if held.attempt >= held.allowed:
        return _fail(held, CheckFailed("storage_error", message))
    try:
        held.write(status=MediaFile.Status.PENDING, error_code="storage_error", error_message=message, lease_until=None)
        _tell(held.file)
    except ClaimLost:
        return None
    return MediaFile.Status.PENDING


def _tell(file: MediaFile) -> None:
    files_changed.send(MediaFile, root_ids=[file.root_id])


def waiting(older_than: timedelta, limit: int) -> list[uuid.UUID]:
    """Files whose check nobody is doing, the oldest first."""
    rows = MediaFile.objects.claimable().filter(updated_at__lt=timezone.now() - older_than)
    return list(rows.order_by("updated_at").values_list("pk", flat=True)[:limit])
