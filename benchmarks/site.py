"""A Quayside on a data folder of its own, its servers on one core, and load from another."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"
sys.path.insert(0, str(BACKEND))

from core.processes import die_with_parent, start_redis  # noqa: E402 - the path is set just above

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = {_CORES[0]}, {_CORES[-1]}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def on_core(core: set[int]) -> Iterator[None]:
    """What is started inside runs on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second and latencies in milliseconds; and the server's processor time for a request.

    The last, in microseconds, is less moved by what else the machine does.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    errors: int

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s, p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, {self.cpu:,.0f} µs CPU"


class Site:
    """Redis on the load's core, the database, and any number of web servers on the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: dict[str, tuple[subprocess.Popen[bytes], str]] = {}
        for name in ("incoming", "media", "trash", "log"):
            (folder / name).mkdir()
        with on_core(LOAD_CORE):
            self.redis = start_redis(folder / "redis")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PYTHONPATH": f"{BACKEND}:{ROOT}",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(folder),
            "REDIS_URL": self.redis.url,
            "LOG_LEVEL": "WARNING",
            **({"DATABASE_URL": os.environ["BENCH_DATABASE_URL"]} if "BENCH_DATABASE_URL" in os.environ else {}),
        }

    def run(self, *arguments: str) -> None:
        """Run Python with these arguments."""
        subprocess.run([sys.executable, *arguments], cwd=BACKEND, env=self.environment, check=True)

    def make(self, pages: int, contents: int = 5) -> None:
        """Make the database, with so many pages of so many contents each."""
        print(f"  making {pages:,} pages …", flush=True)
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.ask("fill", pages, contents)

    def ask(self, function: str, *arguments: Any) -> Any:
        """Call a function of `benchmarks.inside` in a process with Django set up; returns its JSON."""
        code = "import django, json, sys; django.setup(); from benchmarks import inside; "
        code += "print(json.dumps(getattr(inside, sys.argv[1])(*json.loads(sys.argv[2]))))"
        command = [sys.executable, "-c", code, function, json.dumps(arguments)]
        ran = subprocess.run(command, cwd=BACKEND, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(ran.stdout)

    def forget_pages(self) -> None:
        """Empty Redis, so that every page is rendered anew."""
        import redis

        with redis.Redis.from_url(self.redis.url) as client:
            client.flushdb()

    def serve(self, name: str, application: str, *, options: Sequence[str] = (), **environment: str) -> str:
        """Start uvicorn with one process; returns its address."""
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--no-access-log"]
        return self.start(name, [*command, "--log-level", "warning", *options], port, **environment)

    def start(self, name: str, command: Sequence[str], port: int, **environment: str) -> str:
        """Start a server that listens on this port; returns its address."""
        with on_core(SERVER_CORE), (self.folder / "log" / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=BACKEND,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        url = f"http://127.0.0.1:{port}"
        self.servers[name] = (process, url)
        wait_for(port, process, self.folder / "log" / f"{name}.log")
        return url

    def stop(self) -> None:
        for process, _url in self.servers.values():
            process.terminate()
        for process, _url in self.servers.values():
            process.wait()
        self.redis.stop()


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"a server did not start: {log.read_text()[-2000:]}")


@contextmanager
def a_site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="qs-bench-"))
    site = Site(folder)
    try:
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def load(site: Site, name: str, path: str, *, seconds: float, script: str = "") -> Load:
    """wrk with one thread and 32 connections on the load's core; `script` is Lua."""
    process, url = site.servers[name]
    command = ["wrk", "-t1", "-c32", f"-d{seconds:g}s", "--latency"]
    before = _cpu_seconds(process.pid)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file, on_core(LOAD_CORE):
        file.write(script)
        file.flush()
        output = subprocess.run(
            [*command, *(["-s", file.name] if script else []), url + path], check=True, capture_output=True, text=True
        ).stdout
    used = _cpu_seconds(process.pid) - before
    requests = int(_found(r"(\d+) requests in", output))
    if not requests:
        raise RuntimeError(f"{name} answered no request: the machine is busy with something else")
    return Load(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p50=_milliseconds(_found(r"\n\s+50%\s+(\S+)", output)),
        p99=_milliseconds(_found(r"\n\s+99%\s+(\S+)", output)),
        cpu=used * 1e6 / requests,
        errors=int(_found(r"Non-2xx or 3xx responses: (\d+)", output, "0")),
    )


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _found(pattern: str, text: str, default: str = "") -> str:
    match = re.search(pattern, text)
    if match is None and not default:
        raise RuntimeError(f"wrk said something else: {text}")
    return match[1] if match else default


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise RuntimeError(f"{text} is no time")
