"""Readers while an editor saves a page each second."""

import re
import threading
from collections.abc import Iterator

import httpx

from benchmarks.report import Row
from benchmarks.site import a_site, load

PAGES, SECONDS = 500, 20
# Pages by chance, and the list every tenth time.
READ = f"""
math.randomseed(20)
function request()
  local path = "/api/page/content/"
  if math.random(10) > 1 then path = path .. math.random({PAGES}) .. "/" end
  return wrk.format("GET", path)
end
"""


def measure() -> Iterator[Row]:
    with a_site() as site:
        site.make(PAGES)
        url = site.serve("quayside", "project.asgi:application")
        for page in range(1, PAGES + 1):
            httpx.get(f"{url}/api/page/content/{page}/").raise_for_status()
        before = _reads(url)
        editor = threading.Thread(target=site.ask, args=("edit_pages", SECONDS))
        editor.start()
        seen = load(site, "quayside", "", seconds=SECONDS, script=READ)
        editor.join()
        hits, misses = (after - earlier for after, earlier in zip(_reads(url), before, strict=True))
    share = hits / (hits + misses)
    yield Row("hit rate, one edit a second", f"{hits:,} of {hits + misses:,} reads", "all reads", share, least=0.95)
    yield Row("p99, one edit a second", f"{seen.p99:.2f} ms", f"p50: {seen.p50:.2f} ms", seen.p99 / seen.p50, most=5)


def _reads(url: str) -> tuple[int, int]:
    """Reads answered from Redis and from the database, as /metrics counts them."""
    text = httpx.get(f"{url}/metrics").text

    def of(source: str) -> int:
        found = re.search(rf'^quayside_page_reads_total{{source="{source}"}} (\S+)$', text, re.MULTILINE)
        return int(float(found[1])) if found else 0

    return of("redis"), of("database")
