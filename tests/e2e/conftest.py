"""One Quayside for all browser tests, started as `make run` starts it, and a headless Chromium."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make test TESTS=all")

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site import BACKEND, free_port, wait_for

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
MEDIA = BACKEND / "content" / "demo" / "media"
PASSWORD = secrets.token_urlsafe(16)
_START_SECONDS = 90
# Milliseconds: other tests may be at work on this machine.
_PATIENCE = 15_000


class Quayside:
    """What the launcher has started, on a data folder of its own and without the demo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(folder),
            "DEMO": "0",
            "ADMIN_PASSWORD": PASSWORD,
            "ENV_FILE": os.devnull,
            "PUBLIC_URL": self.url,
            "MIN_FREE_SPACE": "10MB",
        }
        self.log = folder / "launcher.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "project.launcher"], cwd=BACKEND, env=environment, stdout=log, stderr=log
            )

    def wait_ready(self) -> None:
        def ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"the launcher ended:\n{self.log.read_text(errors='replace')}")
            return "is ready" in self.log.read_text(errors="replace")

        wait_for(ready, _START_SECONDS, "Quayside is ready")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stored(self, ending: str) -> list[Path]:
        """Files on disk below media/ with this ending."""
        return [path for path in (self.folder / "media").rglob(f"*{ending}") if path.is_file()]

    @contextmanager
    def worker_held(self) -> Iterator[None]:
        """While the worker stands still, so that what waits for it can be looked at."""
        groups = [pid for pid in _children(self.process.pid) if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert groups, "the launcher has no worker"
        for group in groups:
            os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            for group in groups:
                os.killpg(group, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="session")
def quayside() -> Iterator[Quayside]:
    # A short path, for the socket of Redis lies below it.
    with tempfile.TemporaryDirectory(prefix="qs-e2e-", ignore_cleanup_errors=True) as folder:
        running = Quayside(Path(folder))
        try:
            running.wait_ready()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module: Playwright keeps a loop running in this thread, where other tests run loops of their own."""
    executable = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no Chromium on PATH: none of {', '.join(CHROMIUM_NAMES)}")
    expect.set_options(timeout=_PATIENCE)
    with playwright_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, quayside: Quayside) -> Iterator[NewContext]:
    """Makes browser profiles: `new_context(locale="ru-RU", java_script_enabled=False)`."""
    contexts = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=quayside.url, **{"locale": "en-GB", **options})  # type: ignore[arg-type]
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def admin(new_context: NewContext) -> Page:
    """A page of somebody who has logged in as the administrator."""
    page = new_context(viewport={"width": 1300, "height": 900}).new_page()
    log_in(page)
    return page


def log_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", PASSWORD)
    page.click("#login-form [type=submit]")
    page.wait_for_url("**/admin/")


@pytest.fixture
def media(tmp_path: Path) -> Callable[[str, str], Path]:
    """`media("harbour.mp4", "trip.mp4")`: a playable file that no other test has, under a name of its own."""

    def make(source: str, name: str) -> Path:
        body = (MEDIA / source).read_bytes()
        mark = secrets.token_hex(8).encode()
        path = tmp_path / name
        path.write_bytes(_unique(body, path.suffix, mark))
        return path

    return make


def _unique(body: bytes, suffix: str, mark: bytes) -> bytes:
    """The same medium with other bytes, still valid for its format."""
    if suffix == ".mp4":
        # A box of type `free` is skipped by every reader (ISO 14496-12, 8.1.2).
        return body + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark
    if suffix == ".mp3":
        # An ID3v1 tag: 128 bytes at the end.
        return body + b"TAG" + mark.ljust(125, b"\0")
    return body + mark
