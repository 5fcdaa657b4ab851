"""What must hold before `make run` starts anything: a data folder to write to, for this run alone, and a free port."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from project.children import StartError

_FOLDERS = ("media", "incoming", "trash", "redis", "log")


def make_folders(data: Path) -> None:
    try:
        for folder in (data, *(data / name for name in _FOLDERS)):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise StartError(f"DATA_DIR={data} cannot be written: there is no permission to write {folder}.")
    except OSError as error:
        raise StartError(f"DATA_DIR={data} cannot be written: {error.strerror}.") from error


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder: two databases' worth of writers on one folder would undo each other."""
    with ExitStack() as stack:
        try:
            lock = stack.enter_context((data / "launcher.lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(f"DATA_DIR={data} is in use by another Quayside.") from error
        except OSError as error:
            raise StartError(f"DATA_DIR={data} cannot be locked: {error.strerror}.") from error
        yield


def require_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"HOST={host} PORT={port} cannot be listened on: {error.strerror}.") from error
