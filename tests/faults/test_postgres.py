"""PostgreSQL goes away and comes back."""

import time
from pathlib import Path

import pytest

from tests.postgres import running_postgres
from tests.site import running_site, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.postgres]


def test_it_works(folder: Path) -> None:
    """Meanwhile: cached pages 200, everything else 503 with Retry-After. Back within 10 s, nothing lost."""
    with running_postgres() as server:
        if server is None:
            pytest.skip("no PostgreSQL server binaries (initdb, postgres) were found")
        with running_site(folder, DATABASE_URL=server.url, FILE_LEASE="3 seconds") as site:
            site.manage("shell", "-c", "from content.models import Page; Page.objects.create(title='Kept')")
            page = site.client.get("/api/page/content/").json()["results"][0]
            assert site.client.get(f"/api/page/content/{page['id']}/").status_code == 200
            kept = site.upload("a.txt", b"before").json()["id"]
            wait_for(lambda: site.unsettled() == 0, 30, "the file is checked")

            server.stop()
            assert site.client.get(f"/api/page/content/{page['id']}/").json()["title"] == "Kept"
            refused = site.upload("b.txt", b"meanwhile")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert site.client.get("/readyz").status_code == 503

            server.start()
            started = time.monotonic()
            wait_for(lambda: site.upload("c.txt", b"after").status_code == 201, 10, "uploads are taken again")
            assert time.monotonic() - started <= 10
            wait_for(lambda: site.unsettled() == 0, 60, "all are checked")
            assert site.request("GET", f"/storage/download/{kept}/").content == b"before"
            assert site.fsck().returncode == 0
