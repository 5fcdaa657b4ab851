"""A file as the API tells of it to one reader.

`/media/` addresses are for staff, and another's file is never named: that a file has the bytes of one its reader may
not see must stay unknown.
"""

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Subquery

from accounts.models import User
from files.duplicates import earlier_own
from files.models import MediaFile, MediaFileQuerySet
from files.reasons import in_readers_language
from storage.errors import BlobMissing
from storage.models import Blob, Replica


def with_what_is_told(files: MediaFileQuerySet, reader: User) -> MediaFileQuerySet:
    """The rows with all that `Described` reads for this reader, in one query."""
    here = Replica.objects.filter(blob=OuterRef("blob"), status=Replica.Status.READY)
    same = F("duplicate_of") if reader.is_staff else Subquery(earlier_own().values("pk")[:1])
    related = files.select_related("owner", "blob", "current__blob")
    return related.annotate(is_stored=Exists(here), same_as=same)


@dataclass(frozen=True)
class Error:
    """Why a file cannot be shown."""

    code: str
    message: str
    attempts: int


class Described:
    """One row of `with_what_is_told`, for one reader."""

    def __init__(self, file: MediaFile, reader: User) -> None:
        self.file = file
        self.reader = reader

    @property
    def owner(self) -> str:
        return self.file.owner.get_username()

    @property
    def available(self) -> bool:
        """Whether the bytes can be read: received and not checked yet, or stored and not lost."""
        if self.file.status == MediaFile.Status.COMPLETED:
            return bool(self.file.is_stored)  # type: ignore[attr-defined] # annotated
        return self.file.status != MediaFile.Status.FAILED

    @property
    def error(self) -> Error | None:
        """What went wrong in the check (a storage error may be tried again), or that stored bytes were lost."""
        if self.file.error_code:
            message = in_readers_language(self.file.error_code, self.file.error_message)
            return Error(self.file.error_code, message, self.file.attempt)
        if self.file.status == MediaFile.Status.COMPLETED and not self.available:
            return Error(BlobMissing.code, str(BlobMissing.title), self.file.attempt)
        return None

    @property
    def duplicate_of(self) -> uuid.UUID | None:
        earlier: uuid.UUID | None = self.file.same_as  # type: ignore[attr-defined] # annotated
        return earlier

    @property
    def blob(self) -> Blob | None:
        return self.file.blob

    @property
    def url(self) -> str | None:
        """Where pages show it: for a whole file its newest Completed version, for a later version its own bytes."""
        if not self.reader.is_staff:
            return None
        if self.file.root_id == self.file.pk:
            return self.file.url
        return None if self.blob is None else settings.MEDIA_URL + self.blob.path

    @property
    def download_url(self) -> str:
        return f"/storage/download/{self.file.pk}/"

    @cached_property
    def versions(self) -> list["Described"]:
        """All versions of the file, the first one first; one query.

        This row is among them as it was read: a check that ends meanwhile must not make the answer contradict itself.
        """
        rows: MediaFileQuerySet = MediaFile.objects.filter(root=self.file.root_id).order_by("version")
        told = with_what_is_told(rows, self.reader)
        return [self if row.pk == self.file.pk else Described(row, self.reader) for row in told]
