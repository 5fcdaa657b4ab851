"""The commands of the image and of Compose, with production settings, without Docker."""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.site import BACKEND, ROOT, Site, free_port, wait_for

pytestmark = pytest.mark.clients
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture
def site() -> Iterator[Site]:
    """Redis and an empty data folder, with the settings that the image and the example file give."""
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        site = Site(
            Path(name),
            PRODUCTION="true",
            SERVE_STATIC="false",
            X_ACCEL="true",
            SECRET_KEY=secrets.token_urlsafe(60),
            PUBLIC_URL="http://localhost",
            STATIC_ROOT=f"{name}/static",
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        )
        site.start_redis()
        yield site
        site.stop()


def _prepare(site: Site) -> "subprocess.CompletedProcess[str]":
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    command = [word.replace("/data", str(site.folder)) for word in services["prepare"]["command"]]
    return subprocess.run(command, cwd=BACKEND, env=site.environment, capture_output=True, text=True, check=False)


def _web(site: Site) -> None:
    """Start what CMD of the Dockerfile says, on a port of this machine."""
    (words,) = re.findall(r"^CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    command: list[str] = json.loads(words.replace("\\\n", ""))
    (site.folder / "log").mkdir()
    site.spawn("web", [*command, "--host", "127.0.0.1", "--port", str(site.port)])


def test_it_works(site: Site) -> None:
    """From an empty folder to a site that answers, and is healthy by the image's own measure."""
    prepared = _prepare(site)
    assert prepared.returncode == 0, prepared.stderr
    assert (site.folder / "static" / "staticfiles.json").exists()
    _web(site)
    (code,) = re.findall(r'"-c", "(.*?)"\]', DOCKERFILE)
    healthy = [sys.executable, "-c", code.replace("8000", str(site.port))]
    wait_for(lambda: subprocess.run(healthy, capture_output=True, check=False).returncode == 0, 30, "it is healthy")
    answer = site.client.get("/api/page/content/", headers={"Host": "localhost"})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)
    assert site.client.get("/admin/login/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_nothing_to_warn_of(site: Site) -> None:
    """With an https address Django's own check for deployments finds nothing; without, it says what HTTPS would add."""
    words = ("check", "--deploy", "--fail-level", "WARNING")
    assert "SECURE_SSL_REDIRECT" in site.manage(*words, check=False).stderr
    checked = site.manage(*words, check=False, PUBLIC_URL="https://media.example.org")
    assert (checked.returncode, "no issues (0 silenced)" in checked.stdout) == (0, True), checked.stderr


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DEBUG", "true", "DEBUG must be off"),
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "secret" * 10, "SECRET_KEY is missing or too weak"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS"),
    ],
)
def test_an_unsafe_start_is_refused(site: Site, setting: str, value: str, said: str) -> None:
    """The web process and the worker alike, with a sentence that names the setting and no traceback."""
    for program in (
        ["uvicorn", "project.asgi:application", "--port", str(free_port())],
        ["celery", "-A", "project", "worker"],
    ):
        refused = subprocess.run(
            [sys.executable, "-m", *program],
            cwd=BACKEND,
            env={**site.environment, setting: value},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert refused.returncode != 0
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
