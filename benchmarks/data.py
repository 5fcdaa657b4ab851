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


def fill(pages: int) -> None:
    """Add so many pages, made a second apart."""
    owner = User.objects.create_user("bench")
    files = [a_file(owner, kind, suffix, mime) for kind, _model, suffix, mime, _own in KINDS]
    begin = timezone.now() - timedelta(days=365)
    for start in range(1, pages + 1, 10_000):
        with transaction.atomic():
            _fill(range(start, min(start + 10_000, pages + 1)), files, begin)


def _fill(numbers: range, files: list[uuid.UUID], begin: datetime) -> None:
    insert(Page, [_page(number, begin) for number in numbers])
    insert(Content, [_content(number, i, begin) for number in numbers for i in range(len(KINDS))])
    for i, (_kind, model, _suffix, _mime, own) in enumerate(KINDS):
        file = {"file_id": files[i] if connection.vendor == "postgresql" else files[i].hex, "url": ""}
        insert(model, [{"content_ptr_id": _content_id(number, i), **file, **own} for number in numbers])


def _content_id(page: int, i: int) -> int:
    return page * len(KINDS) + i


def _times(page: int, begin: datetime) -> dict[str, Any]:
    made = connection.ops.adapt_datetimefield_value(begin + timedelta(seconds=page))
    return {"created_at": made, "updated_at": made}


def _page(page: int, begin: datetime) -> dict[str, Any]:
    shown = {"is_published": True, "publish_at": None, "views": 0}
    return {"id": page, "title": f"Page {page}", "text": TEXT, **shown, **_times(page, begin)}


def _content(page: int, i: int, begin: datetime) -> dict[str, Any]:
    kind = KINDS[i][0]
    place = {"id": _content_id(page, i), "page_id": page, "order": i, "content_type": kind, "title": f"{kind} {i}"}
    return {**place, "counter": 0, "is_active": True, **_times(page, begin)}
