"""One blob for each content, however many send it at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
ROUNDS, UPLOADS = 20, 100


def test_it_works(site: Site) -> None:
    """100 uploads of the same bytes at once, 20 times: one row, one file, 100 Completed, no 5xx."""
    for round_ in range(1, ROUNDS + 1):
        body = b"%PDF-1.4\n" + random.Random(round_).randbytes(200_000)

        def send(number: int, body: bytes = body) -> int:
            return site.upload(f"copy {number}.pdf", body).status_code

        with ThreadPoolExecutor(20) as pool:
            assert set(pool.map(send, range(UPLOADS))) == {201}
        wait_for(lambda: site.unsettled() == 0, 120, "all are checked")
        rows: list[dict[str, Any]] = list(site.files())
        assert len(rows) == round_ * UPLOADS
        assert {row["status"] for row in rows} == {"Completed"}
        assert sum(row["duplicate_of"] is None for row in rows) == round_
        assert len(site.media()) == round_
    assert site.fsck().returncode == 0
