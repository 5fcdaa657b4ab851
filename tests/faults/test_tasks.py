"""Checks happen effectively once, whatever becomes of workers and messages."""

import random
import threading
import time

import pytest
import redis

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
TASKS = 1_000
RESTARTS = 5


def _kill_workers(site: Site, stop: threading.Event) -> None:
    while not stop.wait(2):
        site.kill("worker")
        site.start_worker()


def _trouble_redis(site: Site, stop: threading.Event) -> None:
    """Restart Redis five times, and once throw all it holds away."""
    assert site.redis is not None
    for number in range(RESTARTS):
        if stop.wait(5):
            return
        site.redis.stop()
        site.start_redis()
        if number == RESTARTS // 2:
            redis.Redis.from_url(site.redis.url).flushall()


def test_it_works(site: Site) -> None:
    """1,000 checks with the worker killed every 2 s, Redis restarted and flushed: each ends Completed, once."""
    bodies = [f"file {number} {random.Random(number).random()}".encode() for number in range(TASKS)]
    stop = threading.Event()
    trouble = [threading.Thread(target=work, args=(site, stop)) for work in (_kill_workers, _trouble_redis)]
    for thread in trouble:
        thread.start()
    for number, body in enumerate(bodies):
        assert site.upload(f"{number}.txt", body).status_code == 201
    trouble[1].join()
    time.sleep(2)
    stop.set()
    trouble[0].join()
    # Lease (3 s) and 60 s.
    wait_for(lambda: site.unsettled() == 0, 63, "all checks are over")
    rows = list(site.files())
    assert len(rows) == TASKS
    assert {row["status"] for row in rows} == {"Completed"}
    assert all(row["duplicate_of"] is None for row in rows)
    assert len(site.media()) == TASKS
    assert site.fsck().returncode == 0
