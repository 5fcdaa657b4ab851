"""`make run`: everything Quayside needs, started together and stopped together.

Redis (unless the settings name one), the database's migrations, the administrator's account, one worker with beat and
one web process. Every child dies with this process, whatever kills it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from core.env import Env, SettingError, load_dotenv_file
from core.processes import die_with_parent, start_redis
from project.children import BACKEND, Children, StartError
from project.preconditions import make_folders, only_one, require_port

_READY_SECONDS = 60
# A worker may finish what it is at; work cut short is done again after the next start.
_STOP_SECONDS = {"demo": 2, "web": 10, "worker": 20, "redis": 10}
# Where a server that listens on all addresses is asked.
_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
# Anybody may ask for pages in thousands of ways, each of which is kept for a while; when there is no more room, what
# has an end leaves first, and neither counters nor messages to the worker have one.
_MEMORY = ("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru")


class Stopped(Exception):
    """The operator asked to stop."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _stop)
    # `nohup make run` goes on when its terminal is closed.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _stop)
    # The database, the logs and the media are not for every user of this machine.
    os.umask(0o027)
    if "MAKELEVEL" in os.environ:
        # A killed `make run` takes Quayside with it; a Ctrl-C reaches both.
        die_with_parent(sent=signal.SIGTERM)
    try:
        _read_env_file()
        _run()
    except Stopped:
        return 0
    except (SettingError, StartError) as error:
        print(f"Quayside: {error}", file=sys.stderr)
        return 2 if isinstance(error, SettingError) else 1
    return 0


# Signals that asked this process to stop.
_asked: list[int] = []


def _stop(number: int, _frame: FrameType | None) -> None:
    """An exception that is raised while Python runs its hooks after a fork is lost, so the wish is noted too."""
    _asked.append(number)
    raise Stopped


def _read_env_file() -> None:
    """HOST, PORT and their like may stand in `.env` too; the real environment wins."""
    path = Path(os.environ.get("ENV_FILE") or BACKEND.parent / ".env")
    for name, value in (load_dotenv_file(path) if path.is_file() else {}).items():
        os.environ.setdefault(name, value)


def _run() -> None:
    env = Env(os.environ)
    host, port = env.text("HOST", "127.0.0.1", about="Where to listen."), _port(env)
    demo = env.flag("DEMO", True, about="Load a few pages.")
    address = _ALL.get(host, host)
    url = f"http://{f'[{address}]' if ':' in address else address}:{port}"
    os.environ["PUBLIC_URL"] = env.text("PUBLIC_URL", url, about="Scheme and host of URLs in answers.")
    # Read here, so that a bad setting ends the start with its sentence.
    from project import settings

    data = settings.DATA_DIR
    with ExitStack() as stack:
        make_folders(data)
        stack.enter_context(only_one(data))
        require_port(host, port)
        children = Children(data / "log")
        stack.enter_context(_redis(data / "redis", children))
        _prepare()
        # Once the account is there, no process has a use for its password.
        os.environ.pop("ADMIN_PASSWORD", None)
        stack.callback(children.stop, _STOP_SECONDS)
        stack.callback(_ignore_signals)
        children.start("worker", _worker_command(data))
        children.start("web", _web_command(host, port), {"TMPDIR": str(settings.INCOMING_ROOT)})
        _wait_ready(address, port, children)
        print(f"Quayside is ready: {url}", flush=True)
        if demo:
            children.start("demo", ["manage.py", "load_demo"], errand=True)
        children.watch(lambda: bool(_asked))


def _port(env: Env) -> int:
    port = env.number("PORT", 8000, about="The port to listen on.")
    if not 0 < port < 65536:
        raise SettingError(f"PORT: {port} is not a port from 1 to 65535.")
    return port


@contextmanager
def _redis(folder: Path, children: Children) -> Iterator[None]:
    """Run a Redis unless the settings name one; its address is left for `manage.py` in `redis/url`."""
    given = os.environ.get
    if given("REDIS_URL") or (given("REDIS_PAGES_URL") and given("REDIS_BROKER_URL")):
        yield
        return
    try:
        server = start_redis(folder, options=_MEMORY)
    except RuntimeError as error:
        raise StartError(str(error)) from error
    with server:
        address = folder / "url"
        address.write_text(server.url)
        os.environ["REDIS_URL"] = server.url
        children.adopt("redis", server.process, folder / "redis.log")
        try:
            yield
        finally:
            address.unlink(missing_ok=True)


def _prepare() -> None:
    """A process of its own, so that this one, which lives long, stays small; it says itself what is wrong."""
    process = subprocess.Popen(
        [sys.executable, "-m", "project.prepare"],
        cwd=BACKEND,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, os.getpid()),
    )
    try:
        if status := process.wait():
            sys.exit(status)
    finally:
        process.kill()
        process.wait()


def _ignore_signals() -> None:
    """A second Ctrl-C must not cut the stopping short: it is bounded in time."""
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, signal.SIG_IGN)


def _worker_command(data: Path) -> list[str]:
    worker = ["celery", "-A", "project", "worker", "--beat", "--schedule", str(data / "celerybeat-schedule")]
    # A lone worker need not wait to hear of others.
    return [
        "-m",
        *worker,
        "--pool",
        "prefork",
        "--concurrency",
        "2",
        "--without-mingle",
        "--without-gossip",
        "-l",
        "INFO",
    ]


def _web_command(host: str, port: int) -> list[str]:
    server = ["uvicorn", "project.asgi:application", "--host", host, "--port", str(port), "--no-access-log"]
    protocols = ["--loop", "uvloop", "--http", "httptools", "--lifespan", "on"]
    # X-Forwarded-For is believed as TRUSTED_PROXIES says, and from nobody else.
    return ["-m", *server, *protocols, "--no-proxy-headers", "--no-server-header", "--timeout-graceful-shutdown", "5"]


def _wait_ready(host: str, port: int, children: Children) -> None:
    # Wherever it listens, the site answers to its own name.
    name = urlsplit(os.environ["PUBLIC_URL"]).netloc
    end = time.monotonic() + _READY_SECONDS
    said = "nothing"
    while time.monotonic() < end:
        children.check()
        with closing(HTTPConnection(host, port, timeout=2)) as connection:
            try:
                connection.request("GET", "/readyz", headers={"Host": name})
                answer = connection.getresponse()
                said = answer.read().decode(errors="replace")
                if answer.status == 200:
                    return
            except (OSError, HTTPException) as error:
                said = str(error)
        time.sleep(0.1)
    raise StartError(f"not ready after {_READY_SECONDS} s; /readyz answered: {said}")


if __name__ == "__main__":
    sys.exit(main())
