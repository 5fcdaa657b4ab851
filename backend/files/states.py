"""What a badge, a preview and a live message need to know of a file, as plain values that fit into a message."""

import uuid
from collections.abc import Iterable
from typing import TypedDict

from django.conf import settings

from files.models import MediaFile, MediaFileQuerySet


class Same(TypedDict):
    """The earlier file that a duplicate links to."""

    id: str
    name: str


class State(TypedDict):
    """`url` is the path of the bytes below the site, None while there are none.

    `error` is what the row says, and may be empty; `files.reasons` tells it to a reader.
    """

    id: str
    name: str
    kind: str
    mime: str
    status: str
    error_code: str
    error: str
    attempt: int
    same_as: Same | None
    url: str | None


def state_of(file: MediaFile) -> State:
    """The state of one row; reads `blob` and `duplicate_of`, so select them first (`with_state`)."""
    same = file.duplicate_of
    return State(
        id=str(file.pk),
        name=file.name,
        kind=file.kind,
        mime=file.mime,
        status=file.status,
        error_code=file.error_code,
        error=file.error_message,
        attempt=file.attempt,
        same_as=None if same is None else Same(id=str(same.pk), name=same.name),
        url=None if file.blob is None else settings.MEDIA_URL + file.blob.path,
    )


def with_state(files: MediaFileQuerySet) -> MediaFileQuerySet:
    return files.select_related("blob", "duplicate_of")


def states(file_ids: Iterable[uuid.UUID]) -> list[State]:
    """The states of these rows, as the database has them now; one query."""
    return [state_of(file) for file in with_state(MediaFile.objects.filter(pk__in=list(file_ids)))]


def states_of_roots(root_ids: Iterable[uuid.UUID], *, limit: int) -> list[State]:
    """The states of all versions of these files, the newest rows first, at most `limit`; one query."""
    rows = with_state(MediaFile.objects.filter(root__in=list(root_ids))).order_by("-created_at", "-id")
    return [state_of(file) for file in rows[:limit]]
