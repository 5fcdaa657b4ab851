"""Blobs are collected while files with the same contents come in, and collectors die."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import running_postgres
from tests.site import BACKEND, Site

pytestmark = pytest.mark.faults
FINALIZES = int(os.environ.get("FAULT_FINALIZES", "10000"))
CHURNERS = 3
STEPS = [sys.executable, str(Path(__file__).with_name("collection_steps.py"))]
CALLS = ["rename", "renameat", "renameat2", "fsync", "fdatasync", "mkdir", "pwrite64"]


def _site(folder: Path, **environment: str) -> Site:
    site = Site(folder, REDIS_URL=f"unix://{folder}/nobody.sock", LOG_LEVEL="ERROR", **environment)
    for name in ("incoming", "media", "trash"):
        (folder / name).mkdir()
    site.manage("migrate", "--verbosity", "0")
    return site


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def quiet(request: pytest.FixtureRequest, folder: Path) -> Iterator[Site]:
    """A site without web and worker, on each database."""
    if request.param == "sqlite":
        yield _site(folder)
        return
    with running_postgres() as server:
        if server is None:
            pytest.skip("no PostgreSQL server binaries (initdb, postgres) were found")
        yield _site(folder, DATABASE_URL=server.url)


def _start(site: Site, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*STEPS, *words],
        cwd=BACKEND,
        env=site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _race(site: Site, order: str, rounds: int) -> tuple[int, int, list[str]]:
    """(files checked, blobs collected, files lost)"""
    collecting = _start(site, order)
    churning = [_start(site, "churn", str(seed), str(rounds // CHURNERS + 1)) for seed in range(CHURNERS)]
    reports = [json.loads(process.communicate()[0]) for process in churning]
    collected = int(collecting.communicate("stop\n")[0])
    assert [process.returncode for process in (collecting, *churning)] == [0] * (CHURNERS + 1)
    return sum(report["finalized"] for report in reports), collected, [n for report in reports for n in report["lost"]]


def test_it_works(quiet: Site) -> None:
    """10,000 checks racing 2,000 collections at grace 0: whoever has a file finds its bytes."""
    finalized, collected, lost = _race(quiet, "collect", FINALIZES)
    print(f"{finalized} files checked, {collected} blobs collected")
    assert lost == []
    assert finalized >= FINALIZES
    assert collected >= FINALIZES / 5
    checked = quiet.fsck()
    assert checked.returncode == 0, checked.stdout


def test_the_naive_order_loses_files(quiet: Site) -> None:
    """What the race is worth: a collector that looks before it locks fails it."""
    assert _race(quiet, "naive", FINALIZES)[2] != []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_death_at_every_call(folder: Path) -> None:
    """Wherever a collector dies, the next comparison mends what it left, and the next collection completes it."""
    site = _site(folder)

    def run(*words: str, tracing: tuple[str, ...] = ()) -> str:
        command = [*(["strace", "-f", *tracing] if tracing else []), *STEPS, *words]
        ran = subprocess.run(command, cwd=BACKEND, env=site.environment, capture_output=True, text=True, check=False)
        return ran.stdout

    log = folder / "trace"
    run("mend", "counted")
    run("once", tracing=("-o", str(log), "-e", f"trace={','.join(CALLS)}"))
    total = Counter(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE))
    assert total["rename"] + total["renameat"] + total["renameat2"] == 1, total
    assert run("mend", "first") == "0\n"
    deaths = 0
    for call, times in total.items():
        for when in range(1, times + 1):
            inject = f"inject={call}:signal=KILL:when={when}"
            deaths += not run("once", tracing=("-o", "/dev/null", "-e", f"trace={call}", "-e", inject))
            assert run("mend", f"{call} {when}") == "0\n", f"after {call} {when}"
    print(f"{deaths} deaths: {dict(total)}")
    assert deaths >= 8, total
