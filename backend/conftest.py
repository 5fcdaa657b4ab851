"""The ground every test stands on: a data folder, a Redis and a database of its own, for each test process.

The environment is set before Django reads its settings, so this file does it when it is imported, and pytest.ini does
not name the settings: pytest-django would then read them before this file.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
import redis
from django.conf import settings

from core.processes import RedisProcess, start_redis

_DATA = Path(tempfile.mkdtemp(prefix="quayside-test-"))
for _name in ("incoming", "media", "trash", "redis"):
    (_DATA / _name).mkdir()
_redis: RedisProcess = start_redis(_DATA / "redis", appendonly=False)
_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "project.settings",
    "ENV_FILE": os.devnull,
    "DATA_DIR": str(_DATA),
    "SECRET_KEY": secrets.token_urlsafe(64),
    "REDIS_URL": _redis.url,
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_DATA}/db.sqlite3",
    "PUBLIC_URL": "http://testserver",
    "MIN_FREE_SPACE": "1MB",
    "LOG_LEVEL": "WARNING",
}
os.environ |= _ENVIRONMENT
# Two content types that exist in tests alone, to show that a model and its migration are all that a type needs.
settings.INSTALLED_APPS.append("content.tests.example")
django.setup()
# Argon2 is slow on purpose; tests that are not about it need not wait.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Test processes have a folder and a Redis of their own, so nothing of this process's may reach them."""
    for name in _ENVIRONMENT:
        del os.environ[name]


def pytest_unconfigure() -> None:
    _redis.stop()
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> RedisProcess:
    return _redis


@pytest.fixture(autouse=True)
def clean_slate() -> Iterator[None]:
    """No test sees the Redis keys or files of another."""
    yield
    redis.Redis.from_url(_redis.url).flushall()
    for name in ("incoming", "media", "trash"):
        for entry in (_DATA / name).iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
