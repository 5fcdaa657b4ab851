"""The duplicate check: against one pass of hashing, and in a library of a million blobs."""

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.report import Row
from benchmarks.site import a_site

GIB, SMALL_FILE, FEW, MANY = 1 << 30, 10_000_000, 10, 1_000_000
ROUNDS = 3


def measure() -> Iterator[Row]:
    with a_site() as site:
        site.make(0)
        rounds = [site.ask("check_seconds", GIB) for _round in range(ROUNDS)]
        check, hashing = (min(times[name] for times in rounds) for name in ("check", "hashing"))
    rate = GIB / check / 1e6
    against = f"hashing alone: {hashing:.2f} s"
    yield Row("check of 1 GiB", f"{check:.2f} s ({rate:.0f} MB/s)", against, hashing / check, least=0.9)
    with ExitStack() as stack:
        few, many = (stack.enter_context(a_site()) for _size in range(2))
        few.make(0)
        many.make(0)
        few.ask("add_blobs", FEW)
        many.ask("add_blobs", MANY)
        times: dict[int, list[float]] = {FEW: [], MANY: []}
        for _round in range(ROUNDS):
            for number, site in ((FEW, few), (MANY, many)):
                times[number].append(site.ask("check_small_ms", SMALL_FILE))
    fast, slow = min(times[FEW]), min(times[MANY])
    against = f"{FEW} blobs: {fast:.1f} ms"
    yield Row(f"check of 10 MB among {MANY:,} blobs", f"{slow:.1f} ms", against, slow / fast, most=1.1)
