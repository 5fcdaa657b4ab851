"""The local disk: the few operations on files from which everything else is made.

Incoming, media and trash are on one filesystem, so bytes move by `link` and `rename` and are never copied. A name that
has been acknowledged is durable: whoever makes or moves one flushes its directory (`fsync`) before it reports success.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from django.conf import settings

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


def age(path: Path) -> float:
    """Seconds since the file was last written, linked, renamed or given a mode; 0 when it is gone.

    Bytes may have been received long before they got their present name, so the time of writing says little.
    """
    try:
        return time.time() - path.lstat().st_ctime
    except FileNotFoundError:
        return 0.0


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


def same_bytes(source: Path, stored: Path, *, on_progress: Callable[[], None] = lambda: None) -> bool:
    """Whether two files hold the same bytes. Reads both once, in step; a missing `stored` file holds none.

    `on_progress()` is called after each MiB or so; what it raises ends the reading. Raises FileNotFoundError when
    `source` is missing, for that says nothing about the stored file.
    """
    with source.open("rb", buffering=0) as first:
        try:
            second = stored.open("rb", buffering=0)
        except FileNotFoundError:
            return False
        with second:
            return _same_rest(first, second, on_progress)


def _same_rest(first: FileIO, second: FileIO, on_progress: Callable[[], None]) -> bool:
    if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
        return False
    mine, theirs = bytearray(CHUNK), bytearray(CHUNK)
    while True:
        got, also = _fill(first, memoryview(mine)), _fill(second, memoryview(theirs))
        if got != also:
            return False
        if got < CHUNK:
            return mine[:got] == theirs[:got]
        # Byte arrays are compared by memcmp, views of them byte by byte.
        if mine != theirs:
            return False
        on_progress()


def _fill(file: FileIO, buffer: memoryview) -> int:
    """Read until the buffer is full or the file ends; the number of bytes read."""
    got = 0
    while got < len(buffer):
        count = file.readinto(buffer[got:])
        if not count:
            break
        got += count
    return got


def delete(path: Path) -> None:
    """Delete a file if it is there."""
    path.unlink(missing_ok=True)


def files_below(root: Path) -> Iterator[Path]:
    """Every regular file below a folder, in no order, without following links."""
    for folder, _folders, names in os.walk(root):
        for name in names:
            yield Path(folder) / name


def free_bytes() -> int:
    """Bytes that may still be written on the media's filesystem."""
    stat = os.statvfs(settings.DATA_DIR)
    return stat.f_bavail * stat.f_frsize
