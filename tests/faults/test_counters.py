"""Every accepted hit is counted once, whatever becomes of workers and batches."""

import asyncio
import json
import random
import threading
import time

import pytest
import redis

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
HITS, CLIENTS, KILLS = 50_000, 16, 20
CONTENTS = 5
MAKE = f"""
from content.models import DocumentContent, Page
page = Page.objects.create(title='Counted')
for number in range({CONTENTS}):
    DocumentContent.objects.create(page=page, title=str(number), order=number, url='https://example.org/')
print(page.pk)
"""
READ = """
import json
from content.models import Content, Page
contents = list(Content.objects.values_list('counter', flat=True))
print(json.dumps({'contents': contents, 'page': Page.objects.get().views}))
"""
BATCHES = """
from content.models import CounterBatch
print(' '.join(str(pk) for pk in CounterBatch.objects.values_list('pk', flat=True)))
"""


def _shell(site: Site, code: str) -> str:
    return site.manage("shell", "--verbosity", "0", "-c", code).stdout.strip()


async def _hit(site: Site, path: str, times: int) -> int:
    """How many of `times` requests over one connection were answered 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n".encode()
    accepted = 0
    for _time in range(times):
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        await reader.readexactly(length)
        accepted += " 200 " in head.split("\r\n")[0]
    writer.close()
    await writer.wait_closed()
    return accepted


async def _hit_together(site: Site, path: str) -> int:
    return sum(await asyncio.gather(*(_hit(site, path, HITS // CLIENTS) for _client in range(CLIENTS))))


def _kill_workers(site: Site, stop: threading.Event) -> None:
    chance = random.Random(7)
    for _kill in range(KILLS):
        if stop.wait(chance.uniform(0.2, 1.5)):
            return
        site.kill("worker")
        site.start_worker()


def test_it_works(site: Site) -> None:
    """50,000 hits, 20 dead workers, every batch delivered again: the database has what the clients got."""
    assert site.redis is not None
    site.environment["VIEWS_FLUSH_INTERVAL"] = "1 second"
    site.kill("worker")
    site.start_worker()
    path = f"/api/page/content/{_shell(site, MAKE)}/"
    stop = threading.Event()
    killer = threading.Thread(target=_kill_workers, args=(site, stop))
    killer.start()
    accepted = asyncio.run(_hit_together(site, path))
    killer.join()
    assert accepted == HITS // CLIENTS * CLIENTS
    pages = redis.Redis.from_url(site.redis.url)
    wait_for(lambda: not pages.exists("views:pending") and not pages.scard("views:batches"), 60, "all is flushed")
    expected = {"contents": [accepted] * CONTENTS, "page": accepted * CONTENTS}
    assert json.loads(_shell(site, READ)) == expected

    applied = _shell(site, BATCHES).split()
    assert applied
    for batch in applied:
        pages.hset(f"views:batch:{batch}", mapping={str(number): 1_000 for number in range(1, CONTENTS + 1)})
        pages.sadd("views:batches", batch)
    wait_for(lambda: not pages.scard("views:batches"), 60, "the batches are taken again")
    time.sleep(0.5)
    assert json.loads(_shell(site, READ)) == expected
    shown = site.client.get(path).json()["contents"]
    assert [content["counter"] for content in shown] == [accepted + 1] * CONTENTS
