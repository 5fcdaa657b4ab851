"""The local disk: the few operations on files from which everything else is made.

Incoming, media and trash are on one filesystem, so bytes move by `link` and `rename` and are never copied. A name that
has been acknowledged is durable: whoever makes or moves one flushes its directory (`fsync`) before it reports success.
"""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

CHUNK = 1 << 20
SEALED_MODE = 0o640


@dataclass(frozen=True)
class Identity:
    """What tells one file on disk from another that has taken its name."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "Identity | None":
        try:
            stat = path.lstat()
        except FileNotFoundError:
            return None
        return cls(stat.st_ino, stat.st_size, stat.st_mtime_ns)


def media_path(blob_path: str) -> Path:
    """Where a blob's bytes are; its path comes from us, and still may not leave MEDIA_ROOT."""
    root = Path(settings.MEDIA_ROOT)
    path = root / blob_path
    if not path.is_relative_to(root) or ".." in path.parts:
        raise ValueError(f"{blob_path!r} leaves the media folder")
    return path


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make `folder` and its missing parents, each flushed into the one above it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(mode=0o750, exist_ok=True)
        sync_folder(new.parent)


def seal(source: Path, target: Path) -> bool:
    """Give the bytes of `source` the name `target` for good; False when the name is taken.

    The file becomes read-only for the group (nginx) and is never copied or overwritten. The names are durable on
    return.
    """
    make_folders(target.parent)
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, SEALED_MODE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    sync_folder(target.parent)
    return True


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes; a missing one holds none. Reads both once, in step."""
    try:
        with one.open("rb", buffering=0) as first, other.open("rb", buffering=0) as second:
            if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
                return False
            mine, theirs = bytearray(CHUNK), bytearray(CHUNK)
            while True:
                got, also = _fill(first, mine), _fill(second, theirs)
                if got != also or memoryview(mine)[:got] != memoryview(theirs)[:also]:
                    return False
                if got < CHUNK:
                    return True
    except FileNotFoundError:
        return False


def _fill(file: "os.PathLike[str] | object", buffer: bytearray) -> int:
    """Read until the buffer is full or the file ends; the number of bytes read."""
    view, got = memoryview(buffer), 0
    while got < len(buffer):
        count = file.readinto(view[got:])  # type: ignore[attr-defined]
        if not count:
            break
        got += count
    return got


def to_trash(path: Path) -> Path | None:
    """Move a file out of use, to be deleted after `TRASH_RETENTION`; None when it is already gone."""
    trash = Path(settings.TRASH_ROOT)
    make_folders(trash)
    kept = trash / f"{timezone.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}-{path.name[-100:]}"
    try:
        path.rename(kept)
    except FileNotFoundError:
        return None
    # A rename keeps the file's old times, and the trash is purged by age, so the age starts now.
    os.utime(kept)
    sync_folder(trash)
    sync_folder(path.parent)
    return kept


def delete(path: Path) -> None:
    """Delete a file if it is there."""
    path.unlink(missing_ok=True)


def purge_trash() -> int:
    """Delete what has been in the trash longer than `TRASH_RETENTION`; the number of files deleted."""
    oldest = timezone.now().timestamp() - settings.TRASH_RETENTION.total_seconds()
    count = 0
    for entry in files_below(Path(settings.TRASH_ROOT)):
        if entry.stat().st_mtime < oldest:
            entry.unlink(missing_ok=True)
            count += 1
    return count


def files_below(root: Path) -> Iterator[Path]:
    """Every regular file below a folder, in no order, without following links."""
    for folder, _folders, names in os.walk(root):
        for name in names:
            yield Path(folder) / name


def free_bytes() -> int:
    """Bytes that may still be written on the media's filesystem."""
    stat = os.statvfs(settings.DATA_DIR)
    return stat.f_bavail * stat.f_frsize
