"""The same pages in a small and in a large database: 100 pages against 100,000 with a million contents."""

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.reads import DETAIL, LIST, Case, compared, median_of
from benchmarks.report import Row
from benchmarks.site import a_site

SMALL, LARGE, CONTENTS = 100, 100_000, 10
NAMES = f"{SMALL} pages", f"{LARGE:,} pages"


def measure() -> Iterator[Row]:
    small_name, large_name = NAMES
    with ExitStack() as stack:
        large, small = (stack.enter_context(a_site()) for _size in NAMES)
        for site, pages in ((large, LARGE), (small, SMALL)):
            site.make(pages, CONTENTS)
            site.serve("quayside", "project.asgi:application")
        large.servers["small"] = small.servers["quayside"]
        details = median_of(large, [Case(large_name, "quayside", DETAIL), Case(small_name, "small", DETAIL)])
        pages_of_list = {"page 1,000": f"{LIST}?page=1000", "page 1": LIST}
        lists = median_of(large, [Case(name, "quayside", path) for name, path in pages_of_list.items()])
        cold = {name: site.ask("render_detail_ms") for name, site in zip(NAMES, (small, large), strict=True)}
        cold_list = {number: large.ask("render_list_ms", number) for number in (1, 1000)}
    yield compared(f"page detail, cached: {large_name}", details[large_name], small_name, details[small_name], 0.9)
    yield compared("list, cached: page 1,000", lists["page 1,000"], "page 1", lists["page 1"], 0.5)
    yield _slower(f"page detail, rendered: {large_name}", cold[large_name], small_name, cold[small_name], None)
    yield _slower("list, rendered: page 1,000", cold_list[1000], "page 1", cold_list[1], 2)


def _slower(work: str, ours: float, against: str, other: float, most: float | None) -> Row:
    return Row(work, f"{ours:.2f} ms", f"{against}: {other:.2f} ms", ours / other, most=most)
