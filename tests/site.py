"""A running Quayside for tests that speak to it as its users do: HTTP, files on disk, and signals to its processes.

Unlike the launcher of `make run`, the processes here are separate, so that a test may kill one and start it again.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"
sys.path.insert(0, str(BACKEND))

from core.processes import RedisProcess, start_redis

# Tests inside Django's process put these into the environment that this one shares with them.
_OF_OTHER_TESTS = {"DATABASE_URL", "REDIS_URL", "REDIS_PAGES_URL", "REDIS_BROKER_URL", "SECRET_KEY", "LOG_LEVEL"}
_OF_OTHER_TESTS |= {"MIN_FREE_SPACE"}

PASSWORD = secrets.token_urlsafe(16)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true value of `condition()`; AssertionError naming `what` when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


class Site:
    """Redis, a web process and a worker on a data folder of their own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis: RedisProcess | None = None
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in _OF_OTHER_TESTS},
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATA_DIR": str(folder),
            "PUBLIC_URL": self.url,
            "TMPDIR": str(folder / "incoming"),
            "ENV_FILE": "/dev/null",
            **environment,
        }
        self._token, self._token_until = "", 0.0
        self._logging_in = threading.Lock()
        self.client = httpx.Client(base_url=self.url, timeout=30, limits=httpx.Limits(max_connections=200))

    # --- processes ---------------------------------------------------------------------------------------------

    def start(self, *, new_admin: bool = True) -> None:
        for name in ("incoming", "media", "trash", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.start_redis()
        self.manage("migrate", "--verbosity", "0")
        if new_admin:
            self._make_admin()
        self.start_web()
        self.start_worker()
        self.wait_ready()

    def _make_admin(self) -> None:
        self.manage(
            *("createsuperuser", "--noinput", "--username", "admin", "--email", "admin@example.org"),
            DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        )

    def start_redis(self) -> None:
        self.redis = start_redis(self.folder / "redis")
        self.environment["REDIS_URL"] = self.redis.url

    def start_web(self, name: str = "web", port: int = 0) -> None:
        """Start a web process; one with another name and port is one more."""
        command = ["uvicorn", "project.asgi:application", "--port", str(port or self.port)]
        options = ["--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "2"]
        self.spawn(name, [*command, *options])

    def start_worker(self) -> None:
        schedule = str(self.folder / "celerybeat-schedule")
        self.spawn("worker", ["celery", "-A", "project", "worker", "-B", "-s", schedule, "-c", "2", "-l", "WARNING"])

    def spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=BACKEND,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str, sent: signal.Signals = signal.SIGKILL) -> None:
        """Signal a process and its children, and wait until it is gone."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        process.wait(20)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        if self.redis is not None:
            self.redis.stop()
        self.client.close()

    def manage(self, *arguments: str, check: bool = True, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BACKEND,
            env={**self.environment, **environment},
            check=check,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def wait_ready(self, seconds: float = 30) -> None:
        def ready() -> bool:
            try:
                return self.client.get("/readyz").status_code == 200
            except httpx.TransportError:
                return False

        wait_for(ready, seconds, "the site is ready")

    # --- what its users do -------------------------------------------------------------------------------------

    def login(self) -> None:
        answer = self.client.post("/api-token-auth/", json={"username": "admin", "password": PASSWORD})
        answer.raise_for_status()
        self._token, self._token_until = answer.json()["token"], time.monotonic() + 600

    def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """A request as admin; the access token is renewed before it expires."""
        with self._logging_in:
            if time.monotonic() > self._token_until:
                self.login()
        headers = {"Authorization": f"JWT {self._token}", **kwargs.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **kwargs)

    def upload(self, name: str, body: bytes) -> httpx.Response:
        return self.request("POST", "/api/files/", files={"file": (name, body)})

    def files(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Every file of the library that the filters allow."""
        page = 1
        while True:
            answer = self.request("GET", "/api/files/", params={"page": str(page), "page_size": "100", **filters})
            answer.raise_for_status()
            yield from answer.json()["results"]
            if answer.json()["next"] is None:
                return
            page += 1

    def unsettled(self) -> int:
        """How many files are Pending or Processing."""
        return sum(
            self.request("GET", "/api/files/", params={"status": status, "page_size": "1"}).json()["count"]
            for status in ("Pending", "Processing")
        )

    def media(self) -> list[Path]:
        return [path for path in (self.folder / "media").rglob("*") if path.is_file()]

    def fsck(self) -> "subprocess.CompletedProcess[str]":
        return self.manage("fsck", check=False)


@contextmanager
def running_site(folder: Path, *, new_admin: bool = True, **environment: str) -> Iterator[Site]:
    site = Site(folder, **environment)
    try:
        site.start(new_admin=new_admin)
        yield site
    finally:
        site.stop()
