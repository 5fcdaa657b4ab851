"""`make run`: everything Quayside needs, started together and stopped together.

Redis (unless REDIS_URL names one), the database's migrations, the administrator's account, one web process and one
worker with beat. Every child dies with this process, whatever kills it.
"""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from core.env import SettingError, load_dotenv_file
from core.processes import RedisProcess, die_with_parent, start_redis

BACKEND = Path(__file__).resolve().parent.parent
_READY_SECONDS = 60
_STOP_SECONDS = {"web": 10, "worker": 20}
_FOLDERS = ("media", "incoming", "trash", "redis", "log")
_LOG_LIMIT = 20_000_000


class StartError(Exception):
    """Quayside cannot start, or cannot go on; the message is one sentence for the operator."""


class Stopped(Exception):
    """The operator asked to stop."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _stop)
    try:
        _read_env_file()
        _run()
    except Stopped:
        pass
    except (SettingError, StartError) as error:
        print(f"Quayside: {error}", file=sys.stderr)
        return 2 if isinstance(error, SettingError) else 1
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _read_env_file() -> None:
    """HOST, PORT and their like may stand in `.env` too; the real environment wins."""
    path = Path(os.environ.get("ENV_FILE") or BACKEND.parent / ".env")
    for name, value in (load_dotenv_file(path) if path.is_file() else {}).items():
        os.environ.setdefault(name, value)


def _run() -> None:
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    shown = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    os.environ["PUBLIC_URL"] = os.environ.get("PUBLIC_URL") or shown
    # Read here, so that a bad setting ends the start with its sentence.
    from project import settings

    data = Path(settings.DATA_DIR)
    with ExitStack() as stack:
        _make_folders(data)
        stack.enter_context(_only_one(data))
        _require_port(host, port)
        stack.enter_context(_redis(data, given=bool(os.environ.get("REDIS_URL"))))
        _prepare()
        children = Children(data / "log")
        stack.callback(children.stop)
        children.start("worker", _worker_command(data))
        children.start("web", _web_command(host, port), {"TMPDIR": str(settings.INCOMING_ROOT)})
        _wait_ready(port, children)
        print(f"Quayside is ready: {shown}", flush=True)
        if (os.environ.get("DEMO") or "1") == "1":
            children.start("demo", [sys.executable, "manage.py", "load_demo"], once=True)
        children.watch()


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingError(f"PORT={text!r} is not a port from 1 to 65535.")
    return int(text)


def _make_folders(data: Path) -> None:
    try:
        for name in _FOLDERS:
            (data / name).mkdir(parents=True, exist_ok=True)
            if not os.access(data / name, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise StartError(f"DATA_DIR={data} cannot be written: {error.strerror}.") from error


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder: two databases' worth of writers on one folder would undo each other."""
    with (data / "launcher.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(f"DATA_DIR={data} is in use by another Quayside.") from error
        yield


def _require_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"HOST={host} PORT={port} cannot be listened on: {error.strerror}.") from error


@contextmanager
def _redis(data: Path, *, given: bool) -> Iterator[None]:
    """Run a Redis unless the operator has one; its address is left for `manage.py` in `redis/url`."""
    if given:
        yield
        return
    try:
        server: RedisProcess = start_redis(data / "redis")
    except RuntimeError as error:
        raise StartError(str(error)) from error
    address = data / "redis" / "url"
    address.write_text(server.url)
    os.environ["REDIS_URL"] = server.url
    try:
        with server:
            yield
    finally:
        address.unlink(missing_ok=True)


def _prepare() -> None:
    """Migrate what there is to migrate, and make the administrator's account when it is missing."""
    import django
    from django.core.management import call_command

    # settings was read before Redis had its address; the children read it anew.
    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from accounts.models import User

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    name = os.environ.get("ADMIN_USERNAME") or "admin"
    if not User.objects.filter(username=name).exists():
        password = os.environ.get("ADMIN_PASSWORD") or _made_password(name)
        User.objects.create_superuser(username=name, password=password)
    connection.close()


def _made_password(name: str) -> str:
    password = secrets.token_urlsafe(12)
    print(f"Administrator: {name}, password: {password} (shown this once)", flush=True)
    return password


def _web_command(host: str, port: int) -> list[str]:
    quiet = ["--no-access-log", "--no-server-header"]
    # Whose X-Forwarded-For counts is decided by TRUSTED_PROXIES; uvicorn would believe every local client's.
    careful = ["--no-proxy-headers", "--timeout-graceful-shutdown", "5"]
    server = ["uvicorn", "project.asgi:application", "--host", host, "--port", str(port)]
    return [sys.executable, "-m", *server, *quiet, *careful]


def _worker_command(data: Path) -> list[str]:
    worker = ["celery", "-A", "project", "worker", "--beat", "--schedule", str(data / "celerybeat-schedule")]
    return [sys.executable, "-m", *worker, "--concurrency", "2", "--loglevel", "INFO"]


class Children:
    """The processes of this run, each writing to a log file of its own."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.once: set[str] = set()

    def start(
        self, name: str, command: list[str], more: Mapping[str, str] | None = None, *, once: bool = False
    ) -> None:
        """Start a child; one that runs `once` may end, with status 0, without ending the rest."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.rename(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=BACKEND,
                env={**os.environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own, so that Ctrl-C reaches the launcher alone and the order of stopping is ours.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        if once:
            self.once.add(name)

    def check(self) -> None:
        """Raise StartError when a child has died, with the end of its log."""
        for name, process in list(self.running.items()):
            status = process.poll()
            if status == 0 and name in self.once:
                del self.running[name]
            elif status is not None:
                lines = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-20:]
                raise StartError(f"the {name} process ended with status {status}:\n" + "\n".join(lines))

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop web first, so that no request is left without its worker; kill what does not stop in time."""
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, signal.SIG_IGN)
        for name in ("demo", "web", "worker"):
            if process := self.running.pop(name, None):
                process.terminate()
                try:
                    process.wait(_STOP_SECONDS.get(name, 2))
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def _wait_ready(port: int, children: Children) -> None:
    end = time.monotonic() + _READY_SECONDS
    answer = "nothing"
    while time.monotonic() < end:
        children.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
        except OSError as error:
            answer = str(error)
        time.sleep(0.05)
    raise StartError(f"not ready after {_READY_SECONDS} s; /readyz answered: {answer}")


if __name__ == "__main__":
    sys.exit(main())
