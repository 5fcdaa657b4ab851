"""Children that die with their parent, and a Redis of our own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from kombu import Connection

from core import processes
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


@pytest.mark.parametrize("name", ["My site #1", "what?", "50%41", "папка"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    """What means something in a URL means nothing in the name of a folder, to Redis and Celery alike."""
    with start_redis(tmp_path / name) as server:
        assert server.socket == tmp_path / name / "redis.sock"
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
        with Connection(server.celery_url) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            assert broker.connected


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RuntimeError, match=r"cannot be run in .*file: .*exists"):
        start_redis(tmp_path / "file")


def test_it_waits_for_what_is_being_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says LOADING is not given up, and what it loads is there when it is ready."""
    monkeypatch.setattr(processes, "_START_SECONDS", 2)
    with start_redis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        for _part in range(10):
            with client.pipeline(transaction=False) as pipeline:
                for number in range(1000):
                    pipeline.rpush("list", number)
                pipeline.execute()
    slowly = ["--enable-debug-command", "local", "--key-load-delay", "400"]
    begun = time.monotonic()
    with start_redis(tmp_path, options=slowly) as server, redis.Redis.from_url(server.url) as client:
        assert time.monotonic() - begun > 3, "it was not slow enough to tell"
        assert client.llen("list") == 10_000


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


def test_a_parent_that_died_before_it_was_watched_counts() -> None:
    script = "from core.processes import die_with_parent; import os\ndie_with_parent(os.getppid()); print('lives')\n"
    script += "die_with_parent(os.getpid()); print('must not be printed')"
    child = subprocess.run(
        [sys.executable, "-u", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert (child.stdout, child.returncode) == ("lives\n", -signal.SIGKILL)


def test_there_is_a_binary() -> None:
    binary = redis_binary()
    assert binary is not None
    assert os.access(binary, os.X_OK)
