"""First pages of the admin's lists with a million files, against those of an empty library and of a small one.

An empty list has no rows to lay out; what a small library (one full page of 20 rows) takes more than that is the price
of the rows, and what a large one takes more than a small one is the price of its size. The number of queries is the
same for all, which the tests hold.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.report import Row
from benchmarks.site import a_site

FILES, FEW = 1_000_000, 100
LISTS = {
    "library": "/admin/files/mediafile/",
    "library, one kind": "/admin/files/mediafile/?kind__exact=video",
    "library, one status": "/admin/files/mediafile/?status__exact=Completed",
}


def measure() -> Iterator[Row]:
    with ExitStack() as stack:
        empty, small, full = (stack.enter_context(a_site()) for _size in range(3))
        for site, files in ((empty, 0), (small, FEW), (full, FILES)):
            site.make(0)
            site.ask("add_files", files)
        for name, path in LISTS.items():
            none, few, many = (site.ask("admin_list_ms", path) for site in (empty, small, full))
            yield Row(f"{name}, {FILES:,} files", f"{many:.0f} ms", f"empty: {none:.0f} ms", many / none, most=2)
            yield Row(f"{name}, {FILES:,} files", f"{many:.0f} ms", f"{FEW} files: {few:.0f} ms", many / few)
