"""The whole quick suite once more, on PostgreSQL."""

import os
import subprocess
import sys

import pytest

from tests.postgres import running_postgres
from tests.site import ROOT


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
def test_it_works() -> None:
    with running_postgres() as server:
        if server is None:
            pytest.skip("no PostgreSQL server binaries (initdb, postgres) were found")
        # In one process, for there is another beside this one; what hangs is ended before this test is.
        options = ["-q", "-n", "1", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=300"]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.run", "quick", *options],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": server.url},
            capture_output=True,
            text=True,
            check=False,
        )
        print(ran.stdout[-5000:])
        assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]
