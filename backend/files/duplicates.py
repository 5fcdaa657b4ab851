"""The rule that every file is stored once."""

import uuid

from django.db.models import OuterRef, Q

from core.hashing import Digests
from files.models import MediaFile, MediaFileQuerySet
from storage.models import Blob


class FileDuplicateChecker:
    """Finds what is already stored under other names.

    Candidates are looked up by md5 and size; identity is sha256 and size, for two different files may share an md5.
    """

    def __init__(self, digests: Digests) -> None:
        self.digests = digests

    def stored(self) -> Blob | None:
        """The blob that already has these bytes."""
        candidates = Blob.objects.filter(md5=self.digests.md5, size=self.digests.size)
        return next((blob for blob in candidates if blob.sha256 == self.digests.sha256), None)

    @staticmethod
    def earlier_file(blob: Blob, file_id: uuid.UUID) -> MediaFile | None:
        """The first file of the library with this blob, other than the one being checked."""
        others = MediaFile.objects.live().filter(blob=blob, status=MediaFile.Status.COMPLETED).exclude(pk=file_id)
        return others.order_by("created_at", "id").first()


def earlier_own() -> MediaFileQuerySet:
    """For a subquery on files: earlier ones of the same owner with the same bytes, the earliest first.

    This is what an owner is told, and not `duplicate_of`: that names the first file of all owners, so of somebody who
    sends the same bytes twice it would give away whether another had them before.
    """
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    same: MediaFileQuerySet = MediaFile.objects.live().filter(
        earlier, blob=OuterRef("blob"), owner=OuterRef("owner"), status=MediaFile.Status.COMPLETED
    )
    return same.order_by("created_at", "pk")
