"""A PostgreSQL server of the tests' own: made, started and removed, never the machine's."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site import free_port, wait_for


def binaries() -> Path | None:
    """The folder with initdb and postgres, if the server is installed."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


class Postgres:
    """A running server; `url` is its address, with a password made for it."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder, self.place = folder, place
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self.url = f"postgres://quayside:{self.password}@127.0.0.1:{self.port}/postgres"
        # The server refuses to run as root.
        self.user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self.process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        if self.user is not None:
            os.chown(self.folder, self.user, -1)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        options = ["-U", "quayside", "--auth=scram-sha-256", f"--pwfile={secret}", "-EUTF8", "--locale=C.UTF-8"]
        made = subprocess.run(
            [self.place / "initdb", "-D", self.folder / "data", *options],
            user=self.user,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        options = [f"-cport={self.port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.place / "postgres", "-D", self.folder / "data", *options, "-cmax_connections=200"],
                user=self.user,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        wait_for(self.answers, 20, "PostgreSQL answers")

    def answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, what was committed is kept."""
        if self.process is not None:
            self.process.send_signal(2)
            self.process.wait(30)
            self.process = None


@contextmanager
def running_postgres() -> Iterator[Postgres | None]:
    """A new server, or None where none is installed."""
    place = binaries()
    if place is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="qs-pg-", ignore_cleanup_errors=True) as name:
        server = Postgres(Path(name), place)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
