"""Received bytes that are not yet blobs: `incoming/<name>`, one file each.

Whoever records the name of an incoming file registers as its keeper; what no keeper knows is deleted once it is older
than the grace.
"""

import os
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.conf import settings

from storage import disk
from storage.errors import NoSpace

Keeper = Callable[[Sequence[str]], set[str]]
_keepers: list[Keeper] = []
_NAME = re.compile(r"[0-9a-f]{32}")


def register_keeper(keeper: Keeper) -> None:
    """`keeper(names)` returns those of the names that are still wanted."""
    _keepers.append(keeper)


def path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} does not name an incoming file")
    return Path(settings.INCOMING_ROOT) / name


def require_space(size: int) -> None:
    """Raise NoSpace when `size` more bytes would leave less than MIN_FREE_SPACE."""
    if disk.free_bytes() - size < settings.MIN_FREE_SPACE:
        raise NoSpace


def adopt(source: Path) -> str:
    """Keep an already received file under a new name, without copying it; durable on return.

    `source` is on the same filesystem and may be deleted afterwards.
    """
    name = uuid.uuid4().hex
    folder = Path(settings.INCOMING_ROOT)
    disk.make_folders(folder)
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, 0o600)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.link(source, folder / name, follow_symlinks=False)
    disk.sync_folder(folder)
    return name


def discard(name: str) -> None:
    """Delete an incoming file; harmless when it is gone."""
    disk.delete(path(name))


def strays(grace_seconds: float) -> Iterator[Path]:
    """Incoming files older than the grace that no keeper wants, spooled leftovers of broken requests included."""
    if grace_seconds <= 0:
        raise ValueError("a file being received has no row yet, so the grace must not be zero")
    old = [entry for entry in disk.files_below(Path(settings.INCOMING_ROOT)) if disk.age(entry) > grace_seconds]
    for start in range(0, len(old), 500):
        batch = old[start : start + 500]
        names = [entry.name for entry in batch]
        wanted = set().union(*(keeper(names) for keeper in _keepers))
        yield from (entry for entry in batch if entry.name not in wanted)
