"""Death at every system call of receiving and checking a file (strace injects the signal)."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site import BACKEND, Site

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]
# What changes something on disk; SQLite's own writes are among them.
CALLS = ["link", "linkat", "unlink", "unlinkat", "rename", "fsync", "fdatasync", "fchmod", "mkdir", "pwrite64"]
LEASE = 1


class Steps:
    """The process of steps.py, and strace around its children."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("steps.py")],
            cwd=BACKEND,
            env=site.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.input, self.output = self.process.stdin, self.process.stdout

    def add(self, content: str, *tracing: str) -> list[str]:
        """Receive and check a file under strace; what the child printed before it ended."""
        self._say(f"add a.txt {content}")
        pid = int(self.output.readline())
        tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-p", str(pid), *tracing],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        os.kill(pid, signal.SIGCONT)
        printed = self._until_end()
        tracer.communicate(timeout=10)
        return printed

    def recover(self) -> dict[str, Any]:
        """What there is after the leases have run out and what waited has been checked."""
        time.sleep(LEASE)
        self._say("recover")
        return json.loads(self._until_end()[0])  # type: ignore[no-any-return]

    def _say(self, line: str) -> None:
        self.input.write(line + "\n")
        self.input.flush()

    def _until_end(self) -> list[str]:
        lines: list[str] = []
        while (line := self.output.readline().strip()) != "end":
            assert self.process.poll() is None, "steps.py has died"
            lines.append(line)
        return lines

    def stop(self) -> None:
        self.input.close()
        self.process.wait(10)
        self.output.close()


@pytest.fixture
def steps(folder: Path) -> Iterator[Steps]:
    """A site without processes: a database and folders."""
    site = Site(folder, FILE_LEASE=f"{LEASE} seconds", REDIS_URL=f"unix://{folder}/nobody.sock", LOG_LEVEL="ERROR")
    site.manage("migrate", "--verbosity", "0")
    running = Steps(site)
    yield running
    running.stop()


def _trace(steps: Steps, content: str) -> str:
    log = steps.site.folder / "trace"
    calls = ",".join([*CALLS, "write", "renameat", "renameat2"])
    steps.add(content, "-o", str(log), "-e", f"trace={calls}")
    return log.read_text()


def test_it_works(steps: Steps) -> None:
    """Without a death the file is Completed and stored once."""
    printed = steps.add("hello", "-o", "/dev/null", "-e", "trace=none")
    assert printed[0].startswith("added ")
    summary = steps.recover()
    assert list(summary["status"].values()) == ["Completed"]
    assert (summary["blobs"], summary["media"]) == (1, 1)


def test_names_are_durable_before_they_are_acknowledged(steps: Steps) -> None:
    """The order of reliability: bytes, then name, then row; each flushed before the next."""
    lines = _trace(steps, "order").splitlines()

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


def test_death_at_every_call(steps: Steps) -> None:
    """Whatever call a process dies in, an acknowledged file ends Completed and nothing is stored twice."""
    trace = _trace(steps, "counted")
    total = Counter(call for call in re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE) if call in CALLS)
    deaths, acknowledged = 0, 1
    for call, times in total.items():
        for when in range(1, times + 1):
            content = f"{call}-{when}"
            inject = f"inject={call}:signal=KILL:when={when}"
            printed = steps.add(content, "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
            deaths += 1
            acknowledged += any(line.startswith("added ") for line in printed)
            summary = steps.recover()
            statuses = Counter(summary["status"].values())
            assert set(statuses) == {"Completed"}, f"after {content}: {statuses}"
            assert statuses["Completed"] >= acknowledged, f"lost after {content}"
            assert summary["blobs"] == statuses["Completed"], f"after {content}"
            assert summary["missing"] == [], f"after {content}"
    print(f"{deaths} deaths, {acknowledged} files acknowledged: {dict(total)}")
    assert deaths >= 20, total
    checked = steps.site.fsck()
    assert checked.returncode == 0, checked.stdout
