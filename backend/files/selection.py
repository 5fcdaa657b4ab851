"""Which files a list shows."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, F, Prefetch, Q, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from core.admin_lists import any_case
from files.duplicates import earlier_own
from files.models import MediaFile, MediaFileQuerySet

# Of a group of many files only the first are named.
NAMED_AT_MOST = 20


def listed(user: User, query: Mapping[str, Any]) -> MediaFileQuerySet:
    """The files (first versions) that the user may read and that match the query, the newest first.

    Keys of the query: kind, status, created_after, created_before, search, duplicates, trash.
    """
    files: MediaFileQuerySet = MediaFile.objects.roots().readable_by(user)
    files = files.filter(deleted_at__isnull=not query.get("trash", False))
    for name, lookup in (("kind", "kind"), ("status", "status"), ("created_after", "created_at__gte")):
        if query.get(name):
            files = files.filter(**{lookup: query[name]})
    if query.get("created_before"):
        files = files.filter(created_at__lt=query["created_before"])
    if query.get("search"):
        files = files.filter(any_case("name", query["search"]))
    if query.get("duplicates") is not None:
        # To its owner, a file that is the same as somebody else's is no duplicate: nobody learns what others have.
        same = Q(duplicate_of__isnull=False) if user.is_staff else Q(Exists(earlier_own()))
        files = files.filter(same if query["duplicates"] else ~same)
    return files.order_by("-created_at", "-id")


def own(user: User) -> MediaFileQuerySet:
    """The user's own files, each with its `versions`; two queries."""
    versions = MediaFile.objects.filter(owner=user).order_by("version")
    files: MediaFileQuerySet = MediaFile.objects.roots().live().filter(owner=user)
    return files.prefetch_related(Prefetch("versions", versions)).order_by("-created_at", "-id")


@dataclass(frozen=True)
class Group:
    """Files that share one blob, the earliest first; at most NAMED_AT_MOST of `count` are in `files`."""

    sha256: str
    size: int
    count: int
    saved: int
    files: list[MediaFile]


class Groups:
    """Groups of files that share a blob, those first that save most; reads like a list, a page at a time.

    Only files that the user may read are counted.
    """

    def __init__(self, user: User) -> None:
        self._files: MediaFileQuerySet = (
            MediaFile.objects.readable_by(user).live().filter(status=MediaFile.Status.COMPLETED)
        )
        counted = self._files.order_by().values("blob", sha256=F("blob__sha256"), bytes=F("blob__size"))
        shared = counted.annotate(count=Count("pk")).filter(count__gt=1)
        self._groups = shared.annotate(saved=(F("count") - 1) * F("bytes")).order_by("-saved", "blob")

    def count(self) -> int:
        return self._groups.count()

    def __getitem__(self, part: slice) -> list[Group]:
        rows = cast("list[dict[str, Any]]", list(self._groups[part]))
        named = self._named([row["blob"] for row in rows])
        return [
            Group(row["sha256"], row["bytes"], row["count"], row["saved"], named.get(row["blob"], [])) for row in rows
        ]

    def _named(self, blob_ids: list[int]) -> dict[int | None, list[MediaFile]]:
        number = Window(RowNumber(), partition_by="blob", order_by=("created_at", "id"))
        first = self._files.filter(blob__in=blob_ids).annotate(number=number).filter(number__lte=NAMED_AT_MOST)
        named: dict[int | None, list[MediaFile]] = {}
        for file in first.select_related("owner").order_by("created_at", "id"):
            named.setdefault(file.blob_id, []).append(file)
        return named


def readable(user: User, file_id: uuid.UUID) -> MediaFileQuerySet:
    """The one file, or version of a file, with this id, if the user may read it."""
    files: MediaFileQuerySet = MediaFile.objects.readable_by(user)
    return files.filter(pk=file_id)
