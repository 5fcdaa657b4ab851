"""Use cases of the library: validate, one transaction, and a hint to the background after commit."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.models import User
from core.errors import Problem
from core.media_types import TYPES
from core.names import clean_name, extension, first_letter
from core.units import format_size
from files import errors, types, usage
from files.facts import read_facts
from files.models import MediaFile
from files.signals import files_changed
from files.tasks import check_duplicate
from storage import incoming

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """An upload that passed the checks which can be made at once, and is not in the library yet."""

    owner: User
    source: Path
    name: str
    kind: str
    mime: str
    size: int


def receive(*, owner: User, uploaded: "UploadedFile[bytes]", kinds: Sequence[str] = ()) -> Received:
    """Check an uploaded file as far as can be done while its sender waits.

    Raises a Problem: empty 400, too large 413, type 415, bomb 422, quota or disk 507.
    """
    name = clean_name(uploaded.name or "")
    size = uploaded.size or 0
    require_room(owner=owner, size=size)
    uploaded.flush()
    source = Path(uploaded.temporary_file_path())  # type: ignore[attr-defined]
    found = types.recognise(name, source, kinds=kinds)
    read_facts(source, found.kind, found.mime)
    return Received(owner=owner, source=source, name=name, kind=found.kind, mime=found.mime, size=size)


def require_room(*, owner: User, size: int) -> None:
    """Raise the Problem that keeps `size` more bytes of this owner out, if there is one."""
    if size == 0:
        raise errors.EmptyFile
    if size > settings.MAX_UPLOAD_SIZE:
        limit = format_size(settings.MAX_UPLOAD_SIZE)
        raise errors.FileTooLarge(_("The file is larger than the limit of %(limit)s.") % {"limit": limit})
    _require_quota(owner, size)
    incoming.require_space(size)


def _require_quota(owner: User, size: int) -> None:
    if settings.USER_QUOTA:
        kept = MediaFile.objects.filter(owner=owner).aggregate(total=Sum("size"))["total"] or 0
        if kept + size > settings.USER_QUOTA:
            raise errors.QuotaExceeded


def add_file(received: Received, *, version_of: MediaFile | None = None) -> MediaFile:
    """Put a received file into the library as Pending, or as a new version of a file that is there (409 in the trash).

    The bytes are durable when this returns; the row is when the transaction commits, and its check begins then.
    """
    name = incoming.adopt(received.source)
    try:
        with transaction.atomic():
            return _added(received, name, version_of)
    except Problem:
        incoming.discard(name)
        raise


def _added(received: Received, name: str, version_of: MediaFile | None) -> MediaFile:
    if settings.USER_QUOTA:
        # Of uploads that come at once one is counted after the other.
        User.objects.select_for_update(no_key=True).get(pk=received.owner.pk)
        _require_quota(received.owner, received.size)
    file = MediaFile(
        name=received.name,
        kind=received.kind,
        mime=received.mime,
        size=received.size,
        owner=received.owner,
        incoming=name,
    )
    if version_of is not None:
        root = MediaFile.objects.select_for_update().get(pk=version_of.root_id)
        if root.deleted_at is not None:
            raise errors.InTrash
        newest = MediaFile.objects.filter(root=root).aggregate(newest=Max("version"))["newest"]
        file.root, file.version = root, newest + 1
    file.save(force_insert=True)
    hint(file.pk)
    return file


def hint(file_id: uuid.UUID) -> None:
    """Tell a worker, after commit, that a file waits. The row is the queue: a lost hint costs a sweep, never a file."""

    def send() -> None:
        try:
            check_duplicate.delay(str(file_id))
        except OperationalError as error:
            log.warning("no broker, the sweeper will find file %s: %s", file_id, error)

    transaction.on_commit(send)


def checked_name(file: MediaFile, name: str) -> str:
    """A new label for a file, made safe; TypeNotAllowed (415) when its extension says that it is something else."""
    cleaned = clean_name(name)
    found = TYPES.get(extension(cleaned))
    if found is None or found.mime != file.mime:
        raise errors.TypeNotAllowed(_("The new name must keep the file's extension."))
    return cleaned


def rename(file: MediaFile, *, name: str) -> MediaFile:
    """Give a file another label; its bytes and URL stay. The extension cannot change what the file is."""
    cleaned = checked_name(file, name)
    with transaction.atomic():
        MediaFile.objects.filter(pk=file.pk).update(
            name=cleaned, letter=first_letter(cleaned), updated_at=timezone.now()
        )
        changed([file])
    file.refresh_from_db()
    return file


def trash(files: Iterable[MediaFile]) -> int:
    """Move files with all their versions to the trash; refused (409) when something shows one of them."""
    roots = {file.root_id for file in files}
    with transaction.atomic():
        for root in _locked(roots):
            usage.require_unused(root)
        rows = MediaFile.objects.filter(root__in=roots, deleted_at=None)
        count = rows.update(deleted_at=timezone.now(), updated_at=timezone.now())
        files_changed.send(MediaFile, root_ids=list(roots))
    return count


def restore(files: Iterable[MediaFile]) -> int:
    """Take files with all their versions out of the trash."""
    roots = {file.root_id for file in files}
    with transaction.atomic():
        _locked(roots)
        rows = MediaFile.objects.filter(root__in=roots, deleted_at__isnull=False)
        count = rows.update(deleted_at=None, updated_at=timezone.now())
        files_changed.send(MediaFile, root_ids=list(roots))
    return count


def _locked(root_ids: Iterable[uuid.UUID]) -> list[MediaFile]:
    """These files, locked in one order; whoever changes their versions holds this lock."""
    return list(MediaFile.objects.select_for_update().filter(pk__in=root_ids).order_by("pk"))


def delete(file: MediaFile) -> None:
    """Delete a file and its versions for good: only from the trash, and only while nothing shows it."""
    with transaction.atomic():
        root = MediaFile.objects.select_for_update().get(pk=file.root_id)
        if root.deleted_at is None:
            raise errors.NotInTrash
        usage.require_unused(root)
        # With all versions locked no check can name one of them as its earlier file until they are gone.
        versions = MediaFile.objects.select_for_update().filter(root=root).order_by("version")
        received = [version.incoming for version in versions if version.incoming]
        root.delete()
        for name in received:
            transaction.on_commit(partial(incoming.discard, name))
        files_changed.send(MediaFile, root_ids=[file.root_id])


def retry(file: MediaFile) -> None:
    """Have a Failed file checked again, with as many attempts as a new one has."""
    with transaction.atomic():
        failed = MediaFile.objects.filter(pk=file.pk, status=MediaFile.Status.FAILED)
        renewed = failed.update(
            status=MediaFile.Status.PENDING,
            attempts_allowed=F("attempt") + settings.FILE_MAX_ATTEMPTS,
            error_code="",
            error_message="",
            updated_at=timezone.now(),
        )
        if not renewed:
            raise errors.NotFailed
        changed([file])
        hint(file.pk)


def changed(files: Iterable[MediaFile]) -> None:
    files_changed.send(MediaFile, root_ids=[file.root_id for file in files])
