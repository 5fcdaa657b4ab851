"""Looking at one blob's file: is it there, is it as long as it should be, are its bytes the right ones."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from storage import disk
from storage.findings import Kind
from storage.models import Replica


class Stored(NamedTuple):
    """What the rows say of a blob on this disk; a tuple, for there may be millions. `replica` is its copy's status."""

    pk: int
    path: str
    size: int
    sha256: str
    replica: str | None


@dataclass(frozen=True)
class Suspicion:
    """What is wrong with a blob, as of one look; `seen` is the file that was looked at."""

    blob: Stored
    kind: Kind
    detail: str
    seen: disk.Identity | None


def holds(path: Path, sha256: str, size: int) -> bool:
    """Whether the file is there, can be read and has these bytes."""
    try:
        if path.lstat().st_size != size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        # A sector that cannot be read is rot, too.
        return False


def suspect(blob: Stored, *, quick: bool) -> Suspicion | None:
    """What seems wrong with a blob; `quick` believes the file's length."""
    path = disk.media_path(blob.path)
    seen = disk.Identity.of(path)
    if seen is None:
        return Suspicion(blob, Kind.MISSING, "no file", None)
    if seen.size != blob.size:
        return Suspicion(blob, Kind.ROTTEN, f"{seen.size} bytes instead of {blob.size}", seen)
    ready = blob.replica == Replica.Status.READY
    if (not quick or not ready) and not holds(path, blob.sha256, blob.size):
        return Suspicion(blob, Kind.ROTTEN, "other bytes", seen)
    if not ready:
        return Suspicion(
            blob, Kind.REPLICA, f"the bytes are good, the replica is {blob.replica or 'not recorded'}", seen
        )
    return None
