"""An update without downtime: web processes are replaced one after the other while nginx passes requests on."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from tests.deploy.conftest import running_nginx, site_behind
from tests.site import Site, free_port, wait_for

pytestmark = [pytest.mark.nginx, pytest.mark.xdist_group("nginx")]

# nginx tries a process that failed twice again after two seconds.
NOTICED_WITHIN = 3


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _keep_asking(ask: Callable[[], int], stop: threading.Event, seen: "Counter[int]") -> threading.Thread:
    def work() -> None:
        while not stop.is_set():
            seen[ask()] += 1

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _replace(site: Site, old: str, new: str, port: int) -> None:
    """As docs/deployment.md says it: the new one answers, nginx has had time to notice, the old one ends."""
    site.start_web(new, port)
    wait_for(lambda: _answers(port), 30, f"{new} answers")
    time.sleep(NOTICED_WITHIN)
    site.kill(old, signal.SIGTERM)


def test_it_works() -> None:
    """Readers and uploaders see nothing but success."""
    port, other = free_port(), free_port()
    with site_behind(port) as site, running_nginx(site, port, other=other) as proxied:
        headers = {"Authorization": site.request("GET", "/api/files/").request.headers["Authorization"]}
        body = b"%PDF-1.4\n" + bytes(3_000_000)

        def read() -> int:
            # nginx allows one address so many requests a second.
            time.sleep(0.02)
            return proxied.client.get("/api/page/content/").status_code

        def upload() -> int:
            return proxied.client.post("/api/files/", headers=headers, files={"file": ("a.pdf", body)}).status_code

        stop, reads, uploads = threading.Event(), Counter[int](), Counter[int]()
        asking = [_keep_asking(read, stop, reads), _keep_asking(read, stop, reads), _keep_asking(upload, stop, uploads)]
        for _round in range(2):
            _replace(site, "web", "other", other)
            _replace(site, "other", "web", site.port)
        stop.set()
        for thread in asking:
            thread.join()
    assert set(reads) == {200}, reads
    assert set(uploads) == {201}, uploads
    assert reads[200] >= 100
    assert uploads[201] >= 4
