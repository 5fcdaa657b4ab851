"""Views on their way to the database."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.report import Row
from benchmarks.site import Site, a_site, load

PAGES, SECONDS, EVERY = 1_000, 30, 10
# wrk has no rate; each of its 32 connections waits so many milliseconds before it asks again.
READ = """
math.randomseed(20)
function request() return wrk.format("GET", "/api/page/content/" .. math.random({pages}) .. "/") end
function delay() return {milliseconds} end
"""


def measure() -> Iterator[Row]:
    with a_site() as site:
        site.make(PAGES)
        site.serve("quayside", "project.asgi:application")
        load(site, "quayside", "", seconds=3, script=READ.format(pages=PAGES, milliseconds=0))
        site.ask("flush_views")
        for wanted, milliseconds in ((1_000, 31), (5_000, 4)):
            flushes, rate = _counted(site, READ.format(pages=PAGES, milliseconds=milliseconds))
            views, writes = sum(flush["views"] for flush in flushes), sum(flush["writes"] for flush in flushes)
            slowest = max(flush["seconds"] for flush in flushes)
            work = f"about {wanted:,} reads/s"
            yield Row(f"{work}: writes", f"{writes} for {views:,} views", "views", writes / views, most=0.01)
            told = f"{slowest:.2f} s, {rate:,.0f} reads/s"
            yield Row(f"{work}: slowest flush", told, f"every {EVERY} s", slowest / EVERY, most=1)


def _counted(site: Site, script: str) -> tuple[list[dict[str, Any]], float]:
    """The flushes during SECONDS of reads, one every EVERY seconds, and the rate of the reads."""
    flushes: list[dict[str, Any]] = []

    def flush() -> None:
        for _time in range(SECONDS // EVERY):
            time.sleep(EVERY)
            flushes.append(site.ask("flush_views"))

    flushing = threading.Thread(target=flush)
    flushing.start()
    seen = load(site, "quayside", "", seconds=SECONDS, script=script)
    flushing.join()
    return flushes, seen.rate
