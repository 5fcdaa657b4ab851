"""`make run` from outside: a process of its own, a data folder of its own."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

BACKEND = Path(__file__).resolve().parents[2]
_OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE", "MIN_FREE_SPACE")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Run:
    """A launcher with the environment of a newcomer; `below` is a command that runs it and stands for `make`."""

    def __init__(self, folder: Path, more: dict[str, str], below: tuple[str, ...] = ()) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        self.port = free_port()
        self.output = folder / f"{self.port}.out"
        chosen = {"DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", "ENV_FILE": os.devnull}
        self.started = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*below, sys.executable, "-m", "project.launcher"],
                cwd=BACKEND,
                env={**kept, **chosen, **more},
                stdout=output,
                stderr=output,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_ready(self) -> float:
        """Seconds from start to the ready line."""
        while "Quayside is ready" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - self.started < 60, self.said()
            time.sleep(0.02)
        return time.monotonic() - self.started

    def descendants(self) -> list[int]:
        found = [self.process.pid]
        for pid in found:
            with suppress(FileNotFoundError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    found += [int(child) for child in (thread / "children").read_text().split()]
        return found[1:]

    def child(self, program: str) -> int:
        """The pid of the descendant nearest to the launcher whose command line has `program`."""
        return next(pid for pid in self.descendants() if program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes())

    def end(self) -> tuple[int, str]:
        """Wait for the end: the exit status, and all that was said."""
        return self.process.wait(40), self.said()


def alive(pids: list[int], seconds: float = 3) -> list[int]:
    """Which of them are still there after so long; the kernel's signal to an orphan takes a moment."""

    def lives(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().split(") ")[-1][0] != "Z"
        except OSError:
            return False

    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if lives(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left
