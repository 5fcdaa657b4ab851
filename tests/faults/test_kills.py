"""kill -9 of web and worker at random moments while files come in."""

import os
import random
import threading
import time

import httpx
import pytest

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
KILLS = int(os.environ.get("FAULT_KILLS", "500"))
SEED = 20


class Uploader(threading.Thread):
    """Sends small files without pause and remembers those that were acknowledged."""

    def __init__(self, site: Site, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.site, self.number, self.stopping = site, number, stop
        self.acknowledged: dict[str, bytes] = {}

    def run(self) -> None:
        chance = random.Random(self.number)
        count = 0
        while not self.stopping.is_set():
            count += 1
            body = b"%PDF-1.4\n" + chance.randbytes(chance.randrange(1_000, 300_000))
            try:
                answer = self.site.upload(f"{self.number}-{count}.pdf", body)
            except httpx.HTTPError:
                # The web process was killed: nothing was acknowledged.
                time.sleep(0.2)
                continue
            if answer.status_code == 201:
                self.acknowledged[answer.json()["id"]] = body


def _settle(site: Site) -> None:
    """Wait until no file is Pending or Processing; AssertionError when none of them is settled for 90 s."""
    waiting = site.unsettled()
    print(f"{waiting} files wait after the last kill")
    while waiting:
        waiting = _fewer(site, waiting)


def _fewer(site: Site, waiting: int) -> int:
    wait_for(lambda: site.unsettled() < waiting, 90, f"{waiting} files are stuck")
    return site.unsettled()


def test_it_works(site: Site) -> None:
    """Every acknowledged file is Completed with the bytes that were sent; nothing is stuck; fsck is clean."""
    chance, stop = random.Random(SEED), threading.Event()
    uploaders = [Uploader(site, number, stop) for number in range(3)]
    for uploader in uploaders:
        uploader.start()
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 1.5))
        name = chance.choice(["web", "worker", "worker"])
        site.kill(name)
        (site.start_web if name == "web" else site.start_worker)()
    stop.set()
    for uploader in uploaders:
        uploader.join(60)
    site.wait_ready()
    _settle(site)
    rows = {row["id"]: row for row in site.files()}
    acknowledged = {key: body for uploader in uploaders for key, body in uploader.acknowledged.items()}
    assert len(acknowledged) >= KILLS / 5, "too few uploads came through to prove anything"
    print(f"{len(acknowledged)} files acknowledged in {KILLS} kills")
    lost = acknowledged.keys() - rows.keys()
    assert not lost
    assert {row["status"] for row in rows.values()} == {"Completed"}
    for key, body in acknowledged.items():
        assert site.request("GET", f"/storage/download/{key}/").content == body
    checked = site.fsck()
    assert checked.returncode == 0, checked.stdout
