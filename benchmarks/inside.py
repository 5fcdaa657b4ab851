"""What the bench runs inside Django, in processes of their own; `Site.ask` calls these by name."""

import hashlib
import random
import statistics
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from benchmarks.data import add_blobs, add_files, fill
from content import counters
from content.models import Page
from content.page_json import render_detail, render_list
from content.page_query import DetailQuery, ListQuery
from core.hashing import CHUNK, hash_stream
from files import finalize
from files.models import MediaFile
from files.services import Received, add_file
from storage import disk

__all__ = ["add_blobs", "add_files", "fill"]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def render_detail_ms() -> float:
    """The median of 300 pages, chosen by chance."""
    chance, pages = random.Random(20), Page.objects.count()
    chosen = [chance.randrange(pages) + 1 for _page in range(300)]
    return 1000 * statistics.median(_seconds(partial(render_detail, page, DetailQuery())) for page in chosen)


def render_list_ms(number: int) -> float:
    """The median of 50 renderings of this page of the list."""
    render = partial(render_list, ListQuery(page=number))
    return 1000 * statistics.median(_seconds(render) for _time in range(50))


def edit_pages(seconds: int) -> None:
    """Save a page each second."""
    chance, pages = random.Random(20), Page.objects.count()
    for number in range(seconds):
        page = Page.objects.get(pk=chance.randrange(pages) + 1)
        page.title = f"Edited {number}"
        page.save()
        time.sleep(1)


def flush_views() -> dict[str, float]:
    """Flush as the worker does: views moved, statements that write, and seconds."""
    writes = 0

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal writes
        writes += sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *rest)

    begin = time.perf_counter()
    with connection.execute_wrapper(count):
        views = counters.flush()
    return {"views": views, "writes": writes, "seconds": time.perf_counter() - begin}


def check_seconds(size: int) -> dict[str, float]:
    """How long hashing a file takes (one thread or two, whichever is faster), and how long its check."""
    file = _received(size)
    path = Path(settings.INCOMING_ROOT) / file.incoming
    hashing = min(_seconds(lambda: _hash_simply(path)), _seconds(lambda: _hash_in_two(path)))
    check = _seconds(lambda: finalize.check(file.pk))
    return {"check": check, "hashing": hashing}


def check_small_ms(size: int) -> float:
    """The median of 20 checks of different files."""
    files = [_received(size) for _file in range(20)]
    return 1000 * statistics.median(_seconds(partial(finalize.check, file.pk)) for file in files)


def _hash_simply(path: Path) -> None:
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            md5.update(chunk)
            sha256.update(chunk)


def _hash_in_two(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        hash_stream(file)


def _received(size: int) -> MediaFile:
    """A Pending file of random bytes."""
    source = Path(settings.INCOMING_ROOT) / f"{uuid.uuid4().hex}.upload"
    with source.open("wb") as file:
        for _part in range(size // CHUNK):
            file.write(random.randbytes(CHUNK))
        file.write(random.randbytes(size % CHUNK))
    owner = User.objects.get(username="bench")
    received = Received(owner=owner, source=source, name="bench.mp4", kind="video", mime="video/mp4", size=size)
    added = add_file(received)
    disk.delete(source)
    return added


def admin_list_ms(path: str) -> float:
    """The fastest of ten times that an administrator opens a list."""
    user = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("admin")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)

    def open_it() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.status_code

    return 1000 * min(_seconds(open_it) for _time in range(10))
