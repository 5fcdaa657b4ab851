"""`make bench`: measure, print a table, write results.md."""

import argparse
import os
import platform
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.site import Load, Site, a_site, load

HERE = Path(__file__).resolve().parent
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
    """Something measured, and what it is compared with."""

    name: str
    server: str
    path: str = ""
    script: str = ""
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Row:
    work: str
    against: str
    ratio: float
    goal: float
    measured: Load
    reference: Load


def median_of(site: Site, cases: Iterable[Case], *, seconds: float, rounds: int) -> dict[str, Load]:
    """The median of each case's runs. The cases take turns, so that a slow minute of the machine meets all of them."""
    cases = list(cases)
    runs: dict[str, list[Load]] = {case.name: [] for case in cases}
    for case in cases:
        load(site, case.server, case.path, seconds=1, script=case.script)
    for _round in range(rounds):
        for case in cases:
            case.before()
            runs[case.name].append(load(site, case.server, case.path, seconds=seconds, script=case.script))
            last = runs[case.name][-1]
            print(f"  {case.name}: {last.rate:,.0f}/s, {last.cpu:,.0f} µs", flush=True)
    for name, loads in runs.items():
        if any(run.errors for run in loads):
            raise SystemExit(f"{name}: some answers were errors, so its figures mean nothing")
    return {name: _median(loads) for name, loads in runs.items()}


def _median(loads: list[Load]) -> Load:
    def middle(field: str) -> float:
        return float(statistics.median(getattr(run, field) for run in loads))

    return Load(rate=middle("rate"), p50=middle("p50"), p99=middle("p99"), cpu=middle("cpu"), errors=0)


def hot_cases(site: Site, quayside: str) -> Iterator[Case]:
    """Cached and counted reads, each against the same bytes from memory and from one Redis round trip."""
    for name, path in (("detail", "/api/page/content/1/"), ("list", "/api/page/content/")):
        httpx.get(quayside + path).raise_for_status()
        body = site.folder / f"{name}.json"
        body.write_bytes(httpx.get(quayside + path).content)
        yield Case(name, "quayside", path)
        for reference in ("bare", "bare_redis"):
            full_name = f"{name} {reference}"
            site.serve(full_name, f"benchmarks.servers:{reference}", BENCH_BODY=str(body))
            yield Case(full_name, full_name, path)


def cold_cases(site: Site) -> Iterator[Case]:
    site.serve("plain", "benchmarks.servers:plain", options=["--factory"])
    script = NEXT_PAGE % PAGES
    yield Case("cold", "quayside", "", script, lambda: forget_pages(site))
    yield Case("plain", "plain", "", script)


def forget_pages(site: Site) -> None:
    import redis

    client = redis.Redis.from_url(site.redis.url)
    client.flushdb()
    client.close()


def measure(seconds: float, rounds: int) -> list[Row]:
    with a_site() as site:
        print("Making data …", flush=True)
        site.run("manage.py", "migrate", "--verbosity", "0")
        site.fill(PAGES)
        quayside = site.serve("quayside", "project.asgi:application")
        hot = median_of(site, hot_cases(site, quayside), seconds=seconds, rounds=rounds)
        cold = median_of(site, cold_cases(site), seconds=seconds, rounds=rounds)

    def row(work: str, name: str, against: str, reference: str, goal: float, among: dict[str, Load]) -> Row:
        ratio = among[name].rate / among[reference].rate
        return Row(work, against, ratio, goal, among[name], among[reference])

    return [
        row("page detail, cached, counted", "detail", "bare+redis", "detail bare_redis", 0.7, hot),
        row("page detail, cached, counted", "detail", "bare", "detail bare", 0, hot),
        row("page list, cached, counted", "list", "bare+redis", "list bare_redis", 0.5, hot),
        row("page list, cached, counted", "list", "bare", "list bare", 0, hot),
        row("page detail, cold", "cold", "plain DRF, nested", "plain", 3, cold),
    ]


def table(rows: list[Row]) -> str:
    lines = [
        "| work | req/s | p50 ms | p99 ms | CPU µs | against | its req/s | its CPU µs | ratio | by CPU | goal |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ours, its = row.measured, row.reference
        goal = f"≥ {row.goal:g}" if row.goal else ""
        lines.append(
            f"| {row.work} | {ours.rate:,.0f} | {ours.p50:.2f} | {ours.p99:.2f} | {ours.cpu:,.0f} | {row.against} "
            f"| {its.rate:,.0f} | {its.cpu:,.0f} | {row.ratio:.2f} | {its.cpu / ours.cpu:.2f} | {goal} |"
        )
    return "\n".join(lines)


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    if models:
        cpu = models[0].partition(":")[2].strip()
    return (
        f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="length of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of which the median counts")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("make bench needs wrk on PATH (Debian and Ubuntu: apt-get install wrk).", file=sys.stderr)
        return 1
    begin_load = os.getloadavg()[0]
    rows = measure(options.seconds, options.rounds)
    text = table(rows)
    (HERE / "results.md").write_text(
        "# Bench\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. Servers on one core, wrk and Redis on another; median of "
        f"{options.rounds} runs of {options.seconds:g} s, `wrk -t1 -c32`. Ratios count: the figures drift with the "
        "machine. CPU is the server's processor time for a request, which drifts less. `make bench` writes this "
        f"file; the load of the machine before it began was {begin_load:.1f}.\n\n"
        f"{text}\n"
    )
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
