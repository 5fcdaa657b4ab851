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


def _upload(site: Site, refused: list[int]) -> None:
    for number in range(TASKS):
        body = f"file {number} {random.Random(number).random()}".encode()
        status = site.upload(f"{number}.txt", body).status_code
        if status != 201:
            refused.append(status)


def _kill_workers(site: Site, stop: threading.Event) -> None:
    while not stop.wait(2):
        site.kill("worker")
        site.start_worker()


def _trouble_redis(site: Site) -> None:
    """Restart Redis five times, and once throw all it holds away.

    From the main thread, for a Redis ends with the thread that started it.
    """
    for number in range(RESTARTS):
        time.sleep(5)
        assert site.redis is not None
        site.redis.stop()
        site.start_redis()
        if number == RESTARTS // 2:
            redis.Redis.from_url(site.redis.url).flushall()


def test_it_works(site: Site) -> None:
    """1,000 checks with the worker killed every 2 s, Redis restarted and flushed: each ends Completed, once."""
    stop, refused = threading.Event(), list[int]()
    uploading = threading.Thread(target=_upload, args=(site, refused))
    killing = threading.Thread(target=_kill_workers, args=(site, stop))
    uploading.start()
    killing.start()
    _trouble_redis(site)
    uploading.join()
    stop.set()
    killing.join()
    assert refused == []
    # Lease (3 s) and 60 s.
    wait_for(lambda: site.unsettled() == 0, 63, "all checks are over")
    rows = list(site.files())
    assert len(rows) == TASKS
    assert {row["status"] for row in rows} == {"Completed"}
    assert all(row["duplicate_of"] is None for row in rows)
    # A worker killed after it named the bytes and before its commit leaves a second name of them, for the trash.
    assert len({path.stat().st_ino for path in site.media()}) == TASKS
    assert site.fsck().returncode == 0
