"""Children that die with their parent, and a Redis of our own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from core.processes import redis_binary, start_redis


def test_it_works(tmp_path: Path) -> None:
    with start_redis(tmp_path / "redis") as server:
        client = redis.Redis.from_url(server.url)
        client.set("kept", "1")
        assert server.celery_url == server.url.replace("unix://", "redis+socket://")
        assert (tmp_path / "redis").stat().st_mode & 0o777 == 0o700
    with start_redis(tmp_path / "redis") as server:
        assert redis.Redis.from_url(server.url).get("kept") == b"1"


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    with start_redis(tmp_path / ("long" * 30)) as server:
        assert len(str(server.socket)) < 100
        folder = server.socket.parent
        assert redis.Redis.from_url(server.url).ping()
    assert not folder.exists()


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"):
        start_redis(tmp_path, options=["--no-such-option", "1"])


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    """A parent that is killed outright takes its Redis with it."""
    script = (
        "import sys; from pathlib import Path; from core.processes import start_redis\n"
        "print(start_redis(Path(sys.argv[1])).process.pid, flush=True); input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _try in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split(") ")[1][:1]:
            return
        time.sleep(0.02)
    pytest.fail("the child lives on")


def test_there_is_a_binary() -> None:
    binary = redis_binary()
    assert binary is not None
    assert os.access(binary, os.X_OK)
