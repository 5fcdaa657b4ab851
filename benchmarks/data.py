"""Pages with five contents each, written by SQL.

bulk_create refuses models with several tables, and one by one would take longer than the bench.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from content.models import AudioContent, Content, DocumentContent, ImageContent, Page, VideoContent
from files.models import MediaFile
from storage.models import Blob

TEXT = "Text that an editor might have written, long enough to be one. " * 3
KINDS: list[tuple[str, type[Content], str, str, dict[str, Any]]] = [
    ("video", VideoContent, "mp4", "video/mp4", {"subtitles_url": "", "subtitles_id": None}),
    ("audio", AudioContent, "mp3", "audio/mpeg", {"text": "What is said."}),
    ("image", ImageContent, "png", "image/png", {"alt": "A picture"}),
    ("image", ImageContent, "png", "image/png", {"alt": "Another picture"}),
    ("document", DocumentContent, "pdf", "application/pdf", {}),
]


def insert(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    """The rows, all with the same columns, into the model's own table."""
    names = ", ".join(connection.ops.quote_name(name) for name in rows[0])
    places = ", ".join(["%s"] * len(rows[0]))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - the names are the models' own
    with connection.cursor() as cursor:
        cursor.executemany(statement, [tuple(row.values()) for row in rows])


def a_file(owner: User, kind: str, suffix: str, mime: str) -> uuid.UUID:
    digest = uuid.uuid4().hex
    path = f"2026/01/31/{kind}/{kind}-{digest[:16]}.{suffix}"
    blob = Blob.objects.create(sha256=digest * 2, md5=digest, size=52_341, path=path)
    values = {"name": f"{kind}.{suffix}", "kind": kind, "mime": mime, "size": 52_341, "duration": 12.5}
    file = MediaFile(owner=owner, blob=blob, status=MediaFile.Status.COMPLETED, **values)
    file.save(force_insert=True)
    MediaFile.objects.filter(pk=file.pk).update(current=file)
    return file.pk


def fill(pages: int, contents: int = len(KINDS)) -> None:
    """Add so many pages, made a second apart, with so many contents each."""
    owner = User.objects.create_user("bench")
    files = [a_file(owner, kind, suffix, mime) for kind, _model, suffix, mime, _own in KINDS]
    begin = timezone.now() - timedelta(days=365)
    for start in range(1, pages + 1, 10_000):
        with transaction.atomic():
            _fill(range(start, min(start + 10_000, pages + 1)), contents, files, begin)


def _fill(numbers: range, contents: int, files: list[uuid.UUID], begin: datetime) -> None:
    ids = {(number, i): number * contents + i for number in numbers for i in range(contents)}
    insert(Page, [_page(number, begin) for number in numbers])
    insert(Content, [_content(content_id, *place, begin) for place, content_id in ids.items()])
    for kind, (_name, model, _suffix, _mime, own) in enumerate(KINDS):
        file = {"file_id": files[kind] if connection.vendor == "postgresql" else files[kind].hex, "url": ""}
        of_kind = [content_id for (_page, i), content_id in ids.items() if i % len(KINDS) == kind]
        insert(model, [{"content_ptr_id": content_id, **file, **own} for content_id in of_kind])


def _times(page: int, begin: datetime) -> dict[str, Any]:
    made = connection.ops.adapt_datetimefield_value(begin + timedelta(seconds=page))
    return {"created_at": made, "updated_at": made}


def _page(page: int, begin: datetime) -> dict[str, Any]:
    shown = {"is_published": True, "publish_at": None, "views": 0}
    return {"id": page, "title": f"Page {page}", "text": TEXT, **shown, **_times(page, begin)}


def _content(content_id: int, page: int, i: int, begin: datetime) -> dict[str, Any]:
    kind = KINDS[i % len(KINDS)][0]
    place = {"id": content_id, "page_id": page, "order": i, "content_type": kind, "title": f"{kind} {i}"}
    return {**place, "counter": 0, "is_active": True, **_times(page, begin)}


def add_blobs(number: int) -> None:
    """Add so many blobs without bytes."""
    for start in range(0, number, 50_000):
        with transaction.atomic():
            insert(Blob, [_blob(i) for i in range(start, min(start + 50_000, number))])


def _blob(number: int) -> dict[str, Any]:
    digest, now = uuid.uuid4().hex, connection.ops.adapt_datetimefield_value(timezone.now())
    names = {"sha256": digest * 2, "md5": digest, "size": 52_341, "path": f"2026/01/31/video/{digest}-{number}.mp4"}
    return {**names, "created_at": now, "last_ref_at": now}


def add_files(number: int) -> None:
    """Add so many Completed files, each with a blob of its own."""
    add_blobs(number)
    owner = User.objects.get(username="bench")
    blobs = list(Blob.objects.order_by("pk").values_list("pk", flat=True)[:number])
    begin = timezone.now() - timedelta(days=365)
    for start in range(0, number, 10_000):
        rows = [_media_file(owner, blobs[i], i, begin) for i in range(start, min(start + 10_000, number))]
        with transaction.atomic():
            MediaFile.objects.bulk_create(rows)


def _media_file(owner: User, blob_id: int, i: int, begin: datetime) -> MediaFile:
    kind, _model, suffix, mime, _own = KINDS[i % len(KINDS)]
    name, file_id, made = f"{kind}-{i}.{suffix}", uuid.uuid4(), begin + timedelta(seconds=i)
    file = MediaFile(id=file_id, root_id=file_id, current_id=file_id, owner=owner, name=name, letter=kind[0].upper())
    file.kind, file.mime, file.size, file.blob_id = kind, mime, 52_341, blob_id
    file.status, file.created_at, file.updated_at = MediaFile.Status.COMPLETED, made, made
    return file
