"""Many writers on SQLite wait for each other and never fail."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
WRITERS, EACH = 32, 20


def test_it_works(site: Site) -> None:
    """32 clients write at once: every upload is 201, none 5xx."""

    def write(writer: int) -> set[int]:
        return {site.upload(f"{writer}-{n}.txt", f"{writer} {n}".encode()).status_code for n in range(EACH)}

    with ThreadPoolExecutor(WRITERS) as pool:
        assert set().union(*pool.map(write, range(WRITERS))) == {201}
    wait_for(lambda: site.unsettled() == 0, 120, "all are checked")
    assert len(site.media()) == WRITERS * EACH
