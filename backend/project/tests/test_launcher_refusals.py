"""A start that cannot be says why in one sentence."""

import socket
from pathlib import Path

import pytest

from project.tests.conftest import Launch

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("launcher")]


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"PORT": "http"}, 2, "PORT: 'http' is not a whole number"),
        ({"PORT": "70000"}, 2, "PORT: 70000 is not a port"),
        ({"DEMO": "maybe"}, 2, "DEMO: 'maybe' is neither true nor false"),
        ({"HOST": "192.0.2.1"}, 1, "HOST=192.0.2.1 PORT="),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, 1, "Redis cannot be used"),
        ({"ADMIN_USERNAME": "two words"}, 1, "ADMIN_USERNAME: Enter a valid username"),
        ({"FILE_LEASE": "soon"}, 2, "FILE_LEASE: 'soon' is not a duration"),
        ({"TIME_ZONE": "Mars/Olympus"}, 2, "TIME_ZONE: 'Mars/Olympus' is not the name of a time zone"),
        ({"FILE_MAX_ATTEMPTS": "0"}, 2, "FILE_MAX_ATTEMPTS: it must not be less than 1"),
        ({"REDIS_URL": "localhost"}, 2, "REDIS_URL: it must begin with redis:// or rediss:// or unix://"),
        ({"DATABASE_URL": "sqlite:/site.db"}, 2, "DATABASE_URL: it must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "postgres://db:port/site"}, 2, "DATABASE_URL: Port could not be cast"),
        ({"CSRF_TRUSTED_ORIGINS": "example.org"}, 2, "CSRF_TRUSTED_ORIGINS: 'example.org' does not begin with http"),
        ({"ENV_FILE": "/nowhere/.env"}, 2, "ENV_FILE=/nowhere/.env is not there"),
        ({"SECRET_KEY": "short", "PRODUCTION": "true"}, 2, "SECRET_KEY is missing or too weak"),
        (
            {"PRODUCTION": "true", "SECRET_KEY": "0123456789" * 6, "ALLOWED_HOSTS": "*"},
            2,
            "ALLOWED_HOSTS must not be *",
        ),
        ({"PRODUCTION": "true", "SECRET_KEY": "0123456789" * 6, "DEBUG": "1"}, 2, "DEBUG must be off in production"),
    ],
)
def test_a_bad_setting_is_one_sentence(launch: Launch, given: dict[str, str], status: int, sentence: str) -> None:
    ended, said = launch(**given).end()
    assert ended == status
    assert sentence in said
    assert said.count("\n") == 1


def test_a_corrupt_env_file(folder: Path, launch: Launch) -> None:
    (folder / "env").write_text("FILE_LEASE=60\nwhat is this\n")
    ended, said = launch(ENV_FILE=str(folder / "env")).end()
    assert ended == 2
    assert "line 2: not a KEY=value line" in said
    assert said.count("\n") == 1


def test_a_port_in_use(launch: Launch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended, said = launch(PORT=str(taken.getsockname()[1])).end()
    assert ended == 1
    assert "cannot be listened on: Address already in use" in said
    assert said.count("\n") == 1


def test_a_data_folder_that_cannot_be_written(folder: Path, launch: Launch) -> None:
    (folder / "file").write_text("not a folder")
    ended, said = launch(DATA_DIR=str(folder / "file")).end()
    assert ended in {1, 2}
    assert "cannot be written" in said
    assert said.count("\n") == 1


def test_a_broken_database(folder: Path, launch: Launch) -> None:
    (folder / "db.sqlite3").write_text("this is not a database" * 100)
    ended, said = launch().end()
    assert ended == 1
    assert "the database cannot be used: file is not a database" in said
    assert said.count("\n") == 1
