"""Reads of pages, cached and cold, against references that take turns with them."""

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import httpx

from benchmarks.report import Row
from benchmarks.site import Load, Site, a_site, load

DETAIL, LIST = "/api/page/content/1/", "/api/page/content/"
REFERENCES = ("bare", "bare_redis", "bare_batched")
SECONDS, ROUNDS = 5.0, 3
PAGES = 20_000
# Every request asks for the next page, so that none is in Redis yet.
NEXT_PAGE = """
local page = 0
function request()
  page = page %% %d + 1
  return wrk.format("GET", "/api/page/content/" .. page .. "/")
end
"""


@dataclass(frozen=True)
class Case:
    """Something measured: a server of the site, and what it is asked."""

    name: str
    server: str
    path: str = ""
    script: str = ""
    before: Callable[[], None] = lambda: None


def median_of(site: Site, cases: Iterable[Case]) -> dict[str, Load]:
    """The median of each case's runs. The cases take turns, so that a slow minute of the machine meets all of them."""
    cases = list(cases)
    runs: dict[str, list[Load]] = {case.name: [] for case in cases}
    for case in cases:
        load(site, case.server, case.path, seconds=1, script=case.script)
    for _round in range(ROUNDS):
        for case in cases:
            case.before()
            run = load(site, case.server, case.path, seconds=SECONDS, script=case.script)
            if run.errors:
                raise SystemExit(f"{case.name}: some answers were errors, so its figures mean nothing")
            runs[case.name].append(run)
            print(f"  {case.name}: {run}", flush=True)
    return {name: _median(loads) for name, loads in runs.items()}


def _median(loads: list[Load]) -> Load:
    def middle(field: str) -> float:
        return float(statistics.median(getattr(run, field) for run in loads))

    return Load(rate=middle("rate"), p50=middle("p50"), p99=middle("p99"), cpu=middle("cpu"), errors=0)


def compared(work: str, ours: Load, against: str, other: Load, least: float | None = None) -> Row:
    return Row(work, str(ours), f"{against}: {other}", ours.rate / other.rate, least=least)


def serve_references(site: Site, name: str, url: str) -> None:
    """Servers that answer with the bytes of this URL: from memory, and after one round trip to Redis."""
    body = site.folder / f"{name}.json"
    body.write_bytes(httpx.get(url).raise_for_status().content)
    for reference in REFERENCES:
        site.serve(f"{name} {reference}", f"benchmarks.servers:{reference}", BENCH_BODY=str(body))


def _hot_cases(site: Site, quayside: str) -> Iterator[Case]:
    for name, path in (("detail", DETAIL), ("list", LIST)):
        serve_references(site, name, quayside + path)
        yield Case(name, "quayside", path)
        for reference in REFERENCES:
            yield Case(f"{name} {reference}", f"{name} {reference}", path)


def _cold_cases(site: Site) -> Iterator[Case]:
    site.serve("plain", "benchmarks.servers:plain", options=["--factory"])
    script = NEXT_PAGE % PAGES
    yield Case("cold", "quayside", "", script, site.forget_pages)
    yield Case("plain", "plain", "", script)


def measure() -> Iterator[Row]:
    with a_site() as site:
        site.make(PAGES)
        quayside = site.serve("quayside", "project.asgi:application")
        hot = median_of(site, _hot_cases(site, quayside))
        cold = median_of(site, _cold_cases(site))
    for name, words, least in (("detail", "detail, 5 contents", 0.7), ("list", "list, 20 pages × 5 contents", 0.5)):
        work, ours = f"page {words}, cached, counted", hot[name]
        yield compared(work, ours, "bare+redis", hot[f"{name} bare_redis"], least)
        yield compared(work, ours, "bare+redis, batched like ours", hot[f"{name} bare_batched"])
        yield compared(work, ours, "bare", hot[f"{name} bare"])
        yield Row(f"{work}: p99", f"{ours.p99:.2f} ms", f"p50: {ours.p50:.2f} ms", ours.p99 / ours.p50, most=3)
    yield compared("page detail, cold (rendered from SQLite)", cold["cold"], "plain DRF, nested", cold["plain"], 3)
