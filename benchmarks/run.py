"""`make bench`: measure, print tables, write results.md.

`make bench ARGS="--only reads,nginx"` measures these subjects and leaves the tables of the others as they are.
"""

import argparse
import os
import shutil
import sys

from benchmarks import admin, checks, counting, editing, growth, peers, proxy, reads, start
from benchmarks.report import Subject, table, write

SUBJECTS = [
    Subject("reads", "Reads of pages", reads.measure),
    Subject("peers", "Other systems", peers.measure),
    Subject("nginx", "Behind nginx", proxy.measure),
    Subject("growth", "Growth", growth.measure),
    Subject("editing", "Editing under load", editing.measure),
    Subject("counting", "Counting views", counting.measure),
    Subject("checks", "The duplicate check", checks.measure),
    Subject("admin", "Lists of the admin", admin.measure),
    Subject("start", "Start-up", start.measure),
]


def main() -> int:
    names = [subject.name for subject in SUBJECTS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(names), help="subjects, with commas between them")
    only = parser.parse_args().only.split(",")
    if unknown := set(only) - set(names):
        print(f"No such subject: {', '.join(unknown)}. There are {', '.join(names)}.", file=sys.stderr)
        return 2
    if shutil.which("wrk") is None:
        print("make bench needs wrk on PATH (Debian and Ubuntu: apt-get install wrk).", file=sys.stderr)
        return 1
    for subject in SUBJECTS:
        if subject.name in only:
            print(f"{subject.title} …", flush=True)
            load_before = os.getloadavg()[0]
            rows = list(subject.measure())
            print(table(rows), flush=True)
            write(subject.title, rows, load_before)
    return 0


if __name__ == "__main__":
    sys.exit(main())
