"""An edit is seen at once, however reads and writes meet."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.site import BACKEND, Site

pytestmark = pytest.mark.faults
EDITS, READERS, COLD_READERS = 10_000, 4, 200
FRESH_WITHIN = 0.2
MAKE = "from content.models import Page; print(Page.objects.create(title='0').pk)"


class Edits:
    """The edits that another process commits, as they come."""

    def __init__(self, site: Site, page_id: str, times: int) -> None:
        command = [sys.executable, str(Path(__file__).with_name("editor_steps.py")), page_id, str(times)]
        self.process = subprocess.Popen(command, cwd=BACKEND, env=site.environment, stdout=subprocess.PIPE, text=True)
        self.committed: list[tuple[float, int]] = []
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            number, at = line.split()
            self.committed.append((float(at), int(number)))

    def due(self, now: float) -> int:
        """The newest edit that is older than FRESH_WITHIN."""
        for at, number in reversed(self.committed):
            if at < now - FRESH_WITHIN:
                return number
        return 0

    @property
    def going_on(self) -> bool:
        return self.thread.is_alive()

    def end(self) -> int:
        self.thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait()


def _read_stale(site: Site, path: str, edits: Edits) -> tuple[int, int]:
    """(reads, stale reads) while the edits go on."""
    reads = stale = 0
    with httpx.Client(base_url=site.url, timeout=30) as client:
        while edits.going_on:
            due = edits.due(time.monotonic())
            answer = client.get(path, headers={"Sec-Purpose": "prefetch"}).json()
            title = answer["title"] if "title" in answer else answer["results"][0]["title"]
            stale += int(title) < due
            reads += 1
    return reads, stale


def test_it_works(site: Site) -> None:
    """10,000 edits against readers of the page and of the list: no read is older than 200 ms."""
    page_id = site.manage("shell", "--verbosity", "0", "-c", MAKE).stdout.strip()
    edits = Edits(site, page_id, EDITS)
    paths = [f"/api/page/content/{page_id}/", "/api/page/content/"] * (READERS // 2)
    with ThreadPoolExecutor(READERS) as pool:
        results = list(pool.map(lambda path: _read_stale(site, path, edits), paths))
    assert edits.end() == 0
    assert len(edits.committed) == EDITS
    assert sum(reads for reads, _stale in results) >= 1_000
    assert [stale for _reads, stale in results] == [0] * READERS


def test_cold_readers_build_once(site: Site) -> None:
    """200 readers of a page that is not cached: at most two build it."""
    page_id = site.manage("shell", "--verbosity", "0", "-c", MAKE).stdout.strip()

    def built() -> float:
        lines = httpx.get(f"{site.url}/metrics").text.splitlines()
        source = 'quayside_page_reads_total{source="database"'
        return sum(float(line.split()[1]) for line in lines if line.startswith(source))

    before = built()
    with ThreadPoolExecutor(COLD_READERS) as pool:
        answers = list(pool.map(lambda _n: site.client.get(f"/api/page/content/{page_id}/"), range(COLD_READERS)))
    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= built() - before <= 2
