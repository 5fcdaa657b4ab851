"""The microcache that nginx/quayside.conf describes, switched on as it says."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.conftest import Proxied, running_nginx, site_behind
from tests.site import free_port

pytestmark = [pytest.mark.nginx, pytest.mark.xdist_group("nginx")]
LIST = "/api/page/content/"


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    port = free_port()
    with site_behind(port) as site:
        site.manage("load_demo")
        with running_nginx(site, port, microcache=True) as proxied:
            yield proxied


def _counters(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [content["counter"] for page in answer.json()["results"] for content in page["contents"]]


def test_it_works(proxied: Proxied) -> None:
    """Within a second the same answer, uncounted; afterwards a new one."""
    # At most one of two reads in a row meets the end of a second.
    pairs = [[_counters(proxied.client.get(LIST)) for _read in range(2)] for _pair in range(2)]
    assert any(first == second for first, second in pairs)
    assert pairs[0][0]
    # nginx counts whole seconds, so one may last for two.
    time.sleep(2.5)
    assert _counters(proxied.client.get(LIST)) > pairs[1][1]


def test_a_client_that_has_the_answer_is_told_so(proxied: Proxied) -> None:
    etag = proxied.client.get(LIST).headers["etag"]
    assert proxied.client.get(LIST, headers={"If-None-Match": etag}).status_code == 304


def test_nothing_else_is_kept(proxied: Proxied) -> None:
    for path in ("/api/files/", "/admin/login/", "/readyz"):
        first, second = (proxied.client.get(path).headers["x-request-id"] for _read in range(2))
        assert first != second
