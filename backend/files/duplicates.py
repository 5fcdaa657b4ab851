"""The rule that every file is stored once."""

import uuid

from core.hashing import Digests
from files.models import MediaFile
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
