"""`make run` from outside: a process of its own, a data folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

BACKEND = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("launcher")]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="qs-") as name:
        yield Path(name)


class Run:
    """A launcher with the environment of a newcomer."""

    def __init__(self, folder: Path, **more: str) -> None:
        ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE", "MIN_FREE_SPACE")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        self.port = _free_port()
        chosen = {"DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", "ENV_FILE": os.devnull}
        self.output = (folder.parent / f"{folder.name}-{self.port}.out").open("w+")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "project.launcher"],
            cwd=BACKEND,
            env={**kept, **chosen, **more},
            stdout=self.output,
            stderr=self.output,
            text=True,
        )

    def said(self) -> str:
        self.output.flush()
        return Path(self.output.name).read_text()

    def wait_ready(self) -> float:
        """Seconds from start to the ready line."""
        while "Quayside is ready" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - self.started < 60, self.said()
            time.sleep(0.02)
        return time.monotonic() - self.started

    def descendants(self) -> list[int]:
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    def end(self) -> tuple[int, str]:
        status = self.process.wait(40)
        said = self.said()
        self.output.close()
        Path(self.output.name).unlink()
        return status, said


def _alive(pids: list[int]) -> list[int]:
    def lives(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().split(") ")[-1][0] != "Z"
        except OSError:
            return False

    # The kernel's signal to a child whose parent has died takes a moment.
    end = time.monotonic() + 3
    while (left := [pid for pid in pids if lives(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def test_it_works(folder: Path) -> None:
    """Ready, answering, and gone with all its children on Ctrl-C; a second start is quick and loses nothing."""
    run = Run(folder)
    run.wait_ready()
    assert f"Quayside is ready: http://127.0.0.1:{run.port}" in run.said()
    assert re.search(r"Administrator: admin, password: \S{16}", run.said())
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/readyz") as answer:
        assert answer.status == 200
    children = run.descendants()
    assert len(children) >= 3
    run.process.send_signal(signal.SIGINT)
    status, _said = run.end()
    assert status == 0
    assert _alive(children) == []

    again = Run(folder, ADMIN_PASSWORD="unused, for the account is there")
    again.wait_ready()
    assert "password" not in again.said()
    children = again.descendants()
    again.process.kill()
    again.end()
    assert _alive(children) == [], "children outlive a killed launcher"


def test_a_dead_child_ends_the_rest(folder: Path) -> None:
    run = Run(folder)
    run.wait_ready()
    children = run.descendants()
    worker = next(
        pid for pid in children if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    )
    os.kill(worker, signal.SIGKILL)
    status, said = run.end()
    assert status == 1
    assert "the worker process ended with status -9" in said
    assert _alive(children) == []


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"PORT": "http"}, 2, "PORT='http' is not a port"),
        ({"FILE_LEASE": "soon"}, 2, "FILE_LEASE: 'soon' is not a duration"),
        ({"SECRET_KEY": "short", "PRODUCTION": "true"}, 2, "SECRET_KEY is missing or too weak"),
        (
            {"PRODUCTION": "true", "SECRET_KEY": "0123456789" * 6, "ALLOWED_HOSTS": "*"},
            2,
            "ALLOWED_HOSTS must not be *",
        ),
        ({"PRODUCTION": "true", "SECRET_KEY": "0123456789" * 6, "DEBUG": "1"}, 2, "DEBUG must be off in production"),
    ],
)
def test_a_bad_setting_is_one_sentence(folder: Path, given: dict[str, str], status: int, sentence: str) -> None:
    ended, said = Run(folder, **given).end()
    assert ended == status
    assert sentence in said
    assert said.count("\n") == 1


def test_a_corrupt_env_file(folder: Path) -> None:
    (folder / "env").write_text("FILE_LEASE=60\nwhat is this\n")
    ended, said = Run(folder, ENV_FILE=str(folder / "env")).end()
    assert ended == 2
    assert "line 2: not a KEY=value line" in said
    assert said.count("\n") == 1


def test_a_port_in_use(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended, said = Run(folder, PORT=str(taken.getsockname()[1])).end()
    assert ended == 1
    assert "cannot be listened on: Address already in use" in said
    assert said.count("\n") == 1


def test_a_data_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / "file").write_text("not a folder")
    ended, said = Run(folder, DATA_DIR=str(folder / "file")).end()
    assert ended in {1, 2}
    assert "cannot be written" in said
    assert said.count("\n") == 1


def test_two_on_one_data_folder(folder: Path) -> None:
    first = Run(folder)
    first.wait_ready()
    ended, said = Run(folder).end()
    assert ended == 1
    assert "is in use by another Quayside" in said
    first.process.send_signal(signal.SIGTERM)
    assert first.end()[0] == 0
