"""What still works while something is away."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import Site, running_site, wait_for

pytestmark = pytest.mark.faults


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A data folder on a filesystem of 64 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(small)], check=True)
    yield small
    subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_it_works(site: Site) -> None:
    """With Redis away pages are served and uploads are kept; they are checked when it is back."""
    assert site.redis is not None
    site.redis.stop()
    assert site.client.get("/api/page/content/").status_code == 200
    answer = site.upload("a.txt", b"kept while redis is away")
    assert answer.status_code == 201
    assert site.client.get("/readyz").status_code == 503
    site.start_redis()
    wait_for(lambda: site.unsettled() == 0, 60, "the file is checked")
    assert site.request("GET", f"/api/files/{answer.json()['id']}/").json()["status"] == "Completed"


def test_full_disk(small_disk: Path) -> None:
    """A full disk answers 507, and what was stored stays readable."""
    with running_site(small_disk, MIN_FREE_SPACE="8MB") as site:
        kept = site.upload("kept.pdf", b"%PDF-1.4\n" + os.urandom(1_000_000))
        assert kept.status_code == 201
        wait_for(lambda: site.unsettled() == 0, 30, "the first file is checked")
        answers = [site.upload(f"{i}.pdf", b"%PDF-1.4\n" + os.urandom(5_000_000)).status_code for i in range(12)]
        assert set(answers) <= {201, 507}
        assert answers[-1] == 507
        assert site.client.get("/api/page/content/").status_code == 200
        assert site.request("GET", f"/storage/download/{kept.json()['id']}/").status_code == 200
        wait_for(lambda: site.unsettled() == 0, 60, "what was taken is checked")
        assert site.fsck().returncode == 0
