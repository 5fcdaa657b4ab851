"""`python -m benchmarks.data 10000`: that many pages with five contents each, written by SQL.

bulk_create refuses models with several tables, and one by one would take longer than the bench.
"""

import os
import sys
import uuid
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

import django

django.setup()

from accounts.models import User
from content.models import AudioContent, Content, DocumentContent, ImageContent, Page, VideoContent
from django.db import connection, models, transaction
from django.utils import timezone
from files.models import MediaFile
from storage.models import Blob

TEXT = "Text that an editor might have written, long enough to be one. " * 3
KINDS = [
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
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", [tuple(row.values()) for row in rows])


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
    owner = User.objects.create_user("bench")
    files = [a_file(owner, kind, suffix, mime) for kind, _model, suffix, mime, _own in KINDS]
    begin = timezone.now() - timedelta(days=365)
    first = (Page.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1
    for start in range(first, first + pages, 10_000):
        with transaction.atomic():
            _pages(range(start, min(start + 10_000, first + pages)), files, begin)


def _pages(numbers: range, files: list[uuid.UUID], begin: Any) -> None:
    def at(number: int) -> Any:
        return connection.ops.adapt_datetimefield_value(begin + timedelta(seconds=number))

    stamps = {number: {"created_at": at(number), "updated_at": at(number)} for number in numbers}
    titles = {number: f"Page {number}" for number in numbers}
    insert(
        Page,
        [
            {
                "id": n,
                "title": titles[n],
                "text": TEXT,
                "is_published": True,
                "publish_at": None,
                "views": 0,
                **stamps[n],
            }
            for n in numbers
        ],
    )
    width = len(KINDS)
    common = {"counter": 0, "is_active": True}
    insert(
        Content,
        [
            {
                "id": n * width + i,
                "page_id": n,
                "title": f"{kind} {i}",
                "order": i,
                "content_type": kind,
                **common,
                **stamps[n],
            }
            for n in numbers
            for i, (kind, *_rest) in enumerate(KINDS)
        ],
    )
    for i, (_kind, model, _suffix, _mime, own) in enumerate(KINDS):
        file = connection.ops.adapt_unknown_value(files[i]) if connection.vendor != "sqlite" else files[i].hex
        insert(model, [{"content_ptr_id": n * width + i, "file_id": file, "url": "", **own} for n in numbers])


if __name__ == "__main__":
    fill(int(sys.argv[1]))
