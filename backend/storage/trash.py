"""The trash: bytes taken out of use, kept for `TRASH_RETENTION` in case that was a mistake.

A file in the trash is called `<time>-<sha256>-<random>-<its last name>`, so that bytes whose row is still there can be
found again. In place of the hash stands `unknown` for bytes that had no row, and `rotten` for those of no use.
"""

import os
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from storage import disk

_NAME = re.compile(r"(?P<at>\d{8}T\d{6})-(?P<sha256>[0-9a-f]{64}|unknown|rotten)-[0-9a-f]{12}-", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S"
# A name has at most 255 bytes; the end of a blob's name is what tells it from others.
_KEPT_NAME = 120


UNKNOWN = "unknown"
ROTTEN = "rotten"


def put(path: Path, *, sha256: str = UNKNOWN) -> Path | None:
    """Move a file into the trash; None when it is already gone. Durable on return."""
    trash = Path(settings.TRASH_ROOT)
    disk.make_folders(trash)
    name = os.fsencode(path.name)[-_KEPT_NAME:].decode("utf-8", "ignore")
    kept = trash / f"{timezone.now():{_STAMP}}-{sha256}-{uuid.uuid4().hex[:12]}-{name}"
    try:
        path.rename(kept)
    except FileNotFoundError:
        return None
    disk.sync_folder(trash)
    disk.sync_folder(path.parent)
    return kept


class Index:
    """What was in the trash at one moment, by the hash it was put there with and by its last name."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Path]] = {}
        for entry in disk.files_below(Path(settings.TRASH_ROOT)):
            match = _NAME.match(entry.name)
            if match is not None and match["sha256"] != ROTTEN:
                for key in (match["sha256"], entry.name[match.end() :]):
                    self._entries.setdefault(key, []).append(entry)

    def copies(self, sha256: str, name: str) -> Iterator[Path]:
        """Files that may be the bytes with this hash, last known under this name; they may have rotted since."""
        yield from self._entries.get(sha256, [])
        yield from self._entries.get(name, [])


def purge() -> int:
    """Delete what has been in the trash longer than `TRASH_RETENTION`; the number of files deleted."""
    oldest = timezone.now() - settings.TRASH_RETENTION
    count = 0
    for entry in disk.files_below(Path(settings.TRASH_ROOT)):
        if _put_at(entry) < oldest:
            disk.delete(entry)
            count += 1
    return count


def _put_at(entry: Path) -> datetime:
    """When a file came into the trash, by its name: a rename keeps the file's own times."""
    match = _NAME.match(entry.name)
    if match is not None:
        return datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
    # Not one of ours: what somebody laid there is purged by its age.
    return datetime.fromtimestamp(entry.lstat().st_mtime, UTC)
