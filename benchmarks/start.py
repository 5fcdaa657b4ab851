"""`make run` on an installed clone, until it says that it is ready."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.report import Row
from benchmarks.site import BACKEND, free_port

GOAL = 5


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as folder:
        first = _seconds(folder)
        again = sorted(_seconds(folder) for _round in range(3))[1]
    for work, took in (("first start, with migrations and demo pages", first), ("start again", again)):
        yield Row(work, f"{took:.2f} s", f"{GOAL} s", took / GOAL, most=1)


def _seconds(folder: str) -> float:
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(free_port()), "ENV_FILE": os.devnull}
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "project.launcher"], cwd=BACKEND, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        if not any("is ready" in line for line in process.stdout):
            raise SystemExit("make run did not start")
        took = time.monotonic() - begin
        process.send_signal(signal.SIGINT)
        process.wait(30)
    return took
