"""The Compose file says what the documentation promises."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.site import ROOT


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]  # type: ignore[no-any-return]


def test_it_works(services: dict[str, Any]) -> None:
    expected = {"prepare", "web", "worker", "beat", "flower", "nginx", "postgres", "redis-pages", "redis-broker"}
    assert set(services) == expected


def _compose() -> list[str]:
    """The command of Compose, the plugin or the older program; none of them needs a running Docker to read a file."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0
        ):
            return command
    pytest.skip("Compose (docker compose, or docker-compose) is not installed")


def _config(folder: Path, settings: str) -> "subprocess.CompletedProcess[str]":
    """What Compose makes of the file, with these settings in .env."""
    shutil.copy(ROOT / "docker-compose.yml", folder)
    (folder / ".env").write_text(settings)
    ours = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run([*_compose(), "config"], cwd=folder, env=ours, capture_output=True, text=True, check=False)


@pytest.mark.clients
def test_compose_accepts_it(tmp_path: Path) -> None:
    settings = (ROOT / ".env.example").read_text()
    refused = _config(tmp_path, settings)
    assert refused.returncode != 0
    assert "set POSTGRES_PASSWORD" in refused.stderr
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "FLOWER_BASIC_AUTH"):
        settings = settings.replace(f"{name}=\n", f"{name}={name.lower()}:x\n")
    accepted = _config(tmp_path, settings)
    assert accepted.returncode == 0, accepted.stderr
    assert yaml.safe_load(accepted.stdout)["services"]["web"]["environment"]["X_ACCEL"] == "true"


def test_only_nginx_is_published(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]


def test_nginx_may_read_what_the_application_seals(services: dict[str, Any]) -> None:
    """It is no root, and its group is that of the application."""
    (group,) = re.findall(r"groupadd --gid (\d+)", (ROOT / "Dockerfile").read_text())
    user, of = services["nginx"]["user"].split(":")
    assert user != "0"
    assert of == group


def test_no_password_has_a_default(services: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|AUTH)\w*)[^}]*\}", text):
        assert re.search(rf"\$\{{{name}:\?set ", text), f"{name} must be required"
    assert not re.search(r"\$\{\w*(?:PASSWORD|SECRET|AUTH)\w*:-", text)


def test_redis_policies(services: dict[str, Any]) -> None:
    assert "volatile-lru" in services["redis-pages"]["command"]
    assert "noeviction" in services["redis-broker"]["command"]
    for name in ("redis-pages", "redis-broker"):
        assert services[name]["command"][1:3] == ["--appendonly", "yes"]


def test_everything_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_the_image_has_no_root_and_no_build_tools() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    final = stages[-1]
    assert "USER 1000:1000" in final
    assert "HEALTHCHECK" in final
    assert "pip" not in final.split("COPY", 1)[1]
    assert "apt-get" not in final
