"""`make test`: which tests run for which word.

`quick` — everything that needs only Python. `all` — the same on PostgreSQL too, and the tests that need a browser,
nginx, other programs, or time; one pytest run, so its summary is the whole truth. `faults` — the long crash tests.

They run on SQLite, or on the PostgreSQL server of TEST_DATABASE_URL, in databases made for them.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK = ["-n", "2", "--dist", "loadgroup", "backend", "-m", "not browser and not nginx and not postgres and not faults"]
ALL = ["-n", "2", "--dist", "loadgroup", "backend", "tests", "-m", "not faults"]
FAULTS = ["tests/faults", "backend", "-p", "no:randomly", "-o", "faulthandler_timeout=0", "-v", "-m", "faults"]


def main(words: list[str]) -> int:
    arguments = {"quick": QUICK, "all": ALL, "faults": FAULTS}.get(words[0] if words else "quick")
    if arguments is None:
        print(f"TESTS={words[0]} is not one of quick, all", file=sys.stderr)
        return 2
    if os.environ.get("TEST_DATABASE_URL"):
        arguments = [*arguments[:-1], f"{arguments[-1]} and not sqlite"]
    command = [sys.executable, "-m", "pytest", *arguments, *words[1:]]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
