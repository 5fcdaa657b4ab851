"""Death at every system call of receiving and checking a file (strace injects the signal)."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.site import BACKEND, Site

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]
STEPS = [sys.executable, str(Path(__file__).with_name("steps.py"))]
# What changes something on disk; SQLite's own writes are among them.
CALLS = ["link", "linkat", "unlink", "unlinkat", "rename", "fsync", "fdatasync", "fchmod", "mkdir", "pwrite64"]
LEASE = 0.3


@pytest.fixture
def quiet(folder: Path) -> Site:
    """A site without processes: a database and folders."""
    site = Site(folder, FILE_LEASE=f"{LEASE} seconds", REDIS_URL=f"unix://{folder}/nobody.sock")
    for name in ("incoming", "media", "trash"):
        (folder / name).mkdir()
    site.manage("migrate", "--verbosity", "0")
    return site


def _run(site: Site, command: list[str], *, check: bool = True) -> str:
    ran = subprocess.run(command, cwd=BACKEND, env=site.environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0 or not check, ran.stderr
    return ran.stdout


def _trace(site: Site, log: Path, content: str) -> str:
    calls = ",".join([*CALLS, "write", "renameat", "renameat2"])
    _run(site, ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={calls}", *STEPS, "add", "a.txt", content])
    return log.read_text()


def _counts(trace: str) -> Counter[str]:
    return Counter(match[1] for match in re.finditer(r"^\d+ +(\w+)\(", trace, re.MULTILINE) if match[1] in CALLS)


def _recovered(site: Site) -> dict[str, Any]:
    time.sleep(LEASE)
    return json.loads(_run(site, [*STEPS, "recover"]))  # type: ignore[no-any-return]


def test_it_works(quiet: Site) -> None:
    """Without a death the file is Completed and stored once."""
    _run(quiet, [*STEPS, "add", "a.txt", "hello"])
    summary = _recovered(quiet)
    assert list(summary["status"].values()) == ["Completed"]
    assert (summary["blobs"], summary["media"]) == (1, 1)


def test_names_are_durable_before_they_are_acknowledged(quiet: Site) -> None:
    """The order of reliability: bytes, then name, then row; each flushed before the next."""
    trace = _trace(quiet, quiet.folder / "trace", "order")
    lines = trace.splitlines()

    def first(pattern: str, start: int = 0) -> int:
        return next(i for i, line in enumerate(lines) if i >= start and re.search(pattern, line))

    flushed = first(r"fsync\(\d+</.*/incoming/")
    linked = first(r"link(at)?\(.*/incoming/", flushed)
    folder = first(r"fsync\(\d+</.*/incoming>", linked)
    committed = first(r"f(data)?sync\(\d+</.*db\.sqlite3-wal>", folder)
    acknowledged = first(r"write\(1<.*added ", committed)
    sealed = first(r"link(at)?\(.*/incoming/.*/media/", acknowledged)
    media_folder = first(r"fsync\(\d+</.*/media/.*>", sealed)
    completed = first(r"f(data)?sync\(\d+</.*db\.sqlite3-wal>", media_folder)
    first(r"unlink(at)?\(.*/incoming/", completed)


def test_death_at_every_call(quiet: Site) -> None:
    """Whatever call a process dies in, an acknowledged file ends Completed and nothing is stored twice."""
    total = _counts(_trace(quiet, quiet.folder / "trace", "counted"))
    deaths, acknowledged = 0, 1
    for call, times in total.items():
        for when in range(1, times + 1):
            content = f"{call} {when}"
            inject = f"inject={call}:signal=KILL:when={when}"
            command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject]
            printed = _run(quiet, [*command, *STEPS, "add", "a.txt", content], check=False)
            deaths += 1
            acknowledged += "added " in printed
            summary = _recovered(quiet)
            statuses = Counter(summary["status"].values())
            assert set(statuses) == {"Completed"}, f"after {content}: {statuses}"
            assert statuses["Completed"] >= acknowledged, f"lost after {content}"
            assert summary["blobs"] == statuses["Completed"], f"after {content}"
            assert summary["missing"] == [], f"after {content}"
    assert deaths >= 20, total
    assert quiet.fsck().returncode == 0, quiet.fsck().stdout
