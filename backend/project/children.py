"""The processes of `make run`: each with a log and a session of its own, watched and ended together."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen

from core.processes import die_with_parent

BACKEND = Path(__file__).resolve().parent.parent
_LOG_LIMIT = 20_000_000
_LOG_CHECK_SECONDS = 60


class StartError(Exception):
    """Quayside cannot start, or cannot go on; the message is one sentence for the operator."""


@dataclass
class Child:
    """A process; when an errand ends, whichever way, the others go on."""

    name: str
    process: "Popen[bytes]"
    log: Path
    errand: bool = False

    def ended(self) -> str:
        """A sentence, and the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        return "\n".join([f"the {self.name} process ended with status {self.process.returncode}:", *lines])

    def stop(self, seconds: float) -> None:
        """Ask it to end; after `seconds` kill it. What it has started is killed in any case."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def keep_log_short(self) -> None:
        """Begin a log that has grown long anew; the one before it stays as `<name>.log.1`.

        The child keeps its log open for appending, so it goes on at the beginning of the emptied file.
        """
        if self.log.stat().st_size > _LOG_LIMIT:
            try:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            except OSError as error:
                print(f"Quayside: {self.log} is emptied without a copy: {error.strerror}.", file=sys.stderr)
            os.truncate(self.log, 0)


class Children:
    """Started in order, stopped in the opposite order. The kernel kills each when the launcher is killed."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: list[Child] = []

    def start(
        self, name: str, command: list[str], more: Mapping[str, str] | None = None, *, errand: bool = False
    ) -> None:
        """Start `python <command>` in backend/ with `more` in its environment; it writes to `<logs>/<name>.log`."""
        path = self.logs / f"{name}.log"
        with path.open("ab") as log:
            process = Popen(
                [sys.executable, *command],
                cwd=BACKEND,
                env={**os.environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own, so that Ctrl-C reaches the launcher alone and the order of stopping is ours.
                start_new_session=True,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        self.running.append(Child(name, process, path, errand))

    def adopt(self, name: str, process: "Popen[bytes]", log: Path) -> None:
        """Watch and stop a process that another has started, in a session of its own."""
        self.running.append(Child(name, process, log))

    def check(self) -> None:
        """Raise StartError when a child that should run for ever has ended."""
        for child in self.running.copy():
            if child.process.poll() is None:
                continue
            if not child.errand:
                raise StartError(child.ended())
            self.running.remove(child)
            if child.process.returncode:
                print(f"Quayside: {child.ended()}", file=sys.stderr)

    def watch(self, asked_to_stop: Callable[[], bool]) -> None:
        """Returns when asked to; ends with StartError when a child dies."""
        checked = time.monotonic()
        while not asked_to_stop():
            self.check()
            time.sleep(0.2)
            if time.monotonic() > checked + _LOG_CHECK_SECONDS:
                checked = time.monotonic()
                for child in self.running:
                    child.keep_log_short()

    def stop(self, seconds: Mapping[str, float]) -> None:
        """Stop each within its time, at most; the last one started first."""
        while self.running:
            child = self.running.pop()
            child.stop(seconds[child.name])
