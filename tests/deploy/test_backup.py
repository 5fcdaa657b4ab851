"""Back up, wipe, restore: as docs/operations.md says it, and the storage is whole."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, running_postgres
from tests.site import Site, running_site, wait_for

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("backup")]


@pytest.fixture
def folders() -> Iterator[tuple[Path, Path, Path]]:
    """Where the site lives, where its backup goes, and where it is restored."""
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        places = tuple(Path(name) / place for place in ("old", "backup", "new"))
        for place in places:
            place.mkdir()
        yield places  # type: ignore[misc]


def _fill(site: Site) -> dict[str, str]:
    """Upload files, one of them twice; the SHA-256 of each by its id. The last have yet to be checked."""
    bodies = [b"%PDF-1.4\n" + os.urandom(50_000) for _number in range(3)]
    sent = _upload(site, [*bodies, bodies[0]])
    wait_for(lambda: site.unsettled() == 0, 30, "all are checked")
    site.kill("worker", signal.SIGTERM)
    return sent | _upload(site, [b"%PDF-1.4\n" + os.urandom(50_000), bodies[1]])


def _upload(site: Site, bodies: list[bytes]) -> dict[str, str]:
    return {site.upload("a.pdf", body).json()["id"]: hashlib.sha256(body).hexdigest() for body in bodies}


def _check(site: Site, sent: dict[str, str]) -> None:
    wait_for(lambda: site.unsettled() == 0, 60, "what was Pending is checked")
    for file_id, digest in sent.items():
        body = site.request("GET", f"/storage/download/{file_id}/").content
        assert hashlib.sha256(body).hexdigest() == digest
    assert len(site.media()) == 4
    checked = site.fsck()
    assert checked.returncode == 0, checked.stdout


def _copy(source: Path, target: Path) -> None:
    rsync = shutil.which("rsync")
    if rsync is None:
        pytest.skip("rsync is not installed")
    for name in ("media", "incoming"):
        subprocess.run([rsync, "-a", "--delete", f"{source}/{name}/", f"{target}/{name}/"], check=True)
    shutil.copy2(source / "secret_key", target / "secret_key")


def test_it_works(folders: tuple[Path, Path, Path]) -> None:
    """With SQLite, copied while files come in."""
    old, backup, new = folders
    with running_site(old, MIN_FREE_SPACE="10MB") as site:
        sent = _fill(site)
        sqlite3.connect(old / "db.sqlite3").execute("VACUUM INTO ?", [str(backup / "db.sqlite3")])
        _upload(site, [b"%PDF-1.4\n after the dump"])
        _copy(old, backup)
    shutil.rmtree(old)
    _copy(backup, new)
    shutil.copy(backup / "db.sqlite3", new / "db.sqlite3")
    with running_site(new, new_admin=False, MIN_FREE_SPACE="10MB") as site:
        assert site.manage("fsck", "--repair").returncode == 0
        _check(site, sent)


@pytest.mark.postgres
def test_postgresql(folders: tuple[Path, Path, Path]) -> None:
    """With pg_dump and pg_restore."""
    old, backup, new = folders
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("pg_dump and pg_restore are not installed")
    with running_postgres() as server:
        if server is None:
            pytest.skip("no PostgreSQL server binaries (initdb, postgres) were found")
        with running_site(old, DATABASE_URL=server.url, MIN_FREE_SPACE="10MB") as site:
            sent = _fill(site)
            dump = backup / "quayside.dump"
            subprocess.run(["pg_dump", "--format=custom", "--file", dump, server.url], check=True)
            _copy(old, backup)
        shutil.rmtree(old)
        restored = _empty_database(server)
        _copy(backup, new)
        subprocess.run(["pg_restore", "--no-owner", "--dbname", restored, dump], check=True)
        with running_site(new, new_admin=False, DATABASE_URL=restored, MIN_FREE_SPACE="10MB") as site:
            assert site.manage("fsck", "--repair").returncode == 0
            _check(site, sent)


def _empty_database(server: Postgres) -> str:
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return server.url.removesuffix("/postgres") + "/restored"
