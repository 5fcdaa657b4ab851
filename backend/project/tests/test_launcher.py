"""`make run` starts everything, stops everything, and loses nothing."""

import os
import re
import signal
import urllib.request
from pathlib import Path

import pytest
import redis

from project.tests.conftest import Launch
from project.tests.runs import alive

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("launcher")]


def test_it_works(folder: Path, launch: Launch) -> None:
    """Ready, answering, and gone with all its children on Ctrl-C; a second start loses nothing."""
    run = launch()
    run.wait_ready()
    assert f"Quayside is ready: http://127.0.0.1:{run.port}" in run.said()
    assert re.search(r"Administrator: admin, password: \S{16}", run.said())
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/readyz") as answer:
        assert answer.status == 200
    assert (folder / "redis/url").read_text().startswith("unix://")
    with redis.Redis.from_url((folder / "redis/url").read_text()) as client:
        memory = client.info("memory")
    assert (memory["maxmemory_policy"], memory["maxmemory"]) == ("volatile-lru", 256 << 20)
    assert (folder / "db.sqlite3").stat().st_mode & 0o007 == 0
    children = run.descendants()
    assert len(children) >= 6, "Redis, web, worker, its two processes and beat"
    run.process.send_signal(signal.SIGINT)
    status, _said = run.end()
    assert status == 0
    assert alive(children) == []
    assert not (folder / "redis/url").exists()

    again = launch(ADMIN_PASSWORD="unused, for the account is there")
    again.wait_ready()
    assert "password" not in again.said()
    assert b"ADMIN_PASSWORD" not in Path(f"/proc/{again.child('uvicorn')}/environ").read_bytes()
    children = again.descendants()
    again.process.kill()
    again.end()
    assert alive(children) == [], "children outlive a killed launcher"


@pytest.mark.parametrize(("program", "name"), [("celery", "worker"), ("redis.sock", "redis")])
def test_a_dead_child_ends_the_rest(launch: Launch, program: str, name: str) -> None:
    run = launch()
    run.wait_ready()
    children = run.descendants()
    os.kill(run.child(program), signal.SIGKILL)
    status, said = run.end()
    assert status == 1
    assert f"the {name} process ended with status -9" in said
    assert alive(children) == []


def test_two_on_one_data_folder(folder: Path, launch: Launch) -> None:
    """The second is refused; the first stops in good order when the `make` above it is killed."""
    first = launch("sh", "-c", 'MAKELEVEL=1 "$@"; true', "sh")
    first.wait_ready()
    ended, said = launch().end()
    assert ended == 1
    assert "is in use by another Quayside" in said

    children = first.descendants()
    first.process.kill()
    first.end()
    assert alive(children, seconds=20) == []
    assert not (folder / "redis/url").exists()
    assert "Application shutdown complete" in (folder / "log/web.log").read_text()
