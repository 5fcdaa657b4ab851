"""Processes are watched: one that should run for ever and ends is an error, an errand is not; logs stay short."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.children import Children, StartError
from project.tests.runs import alive


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path)
    yield children
    children.stop(dict.fromkeys(("web", "demo"), 5))


def _until_ended(children: Children) -> None:
    for child in children.running:
        child.process.wait(10)


def test_it_works(children: Children, tmp_path: Path) -> None:
    children.start("web", ["-c", "import os, time; os.write(1, b'at work\\n'); time.sleep(60)"], {"NAME": "value"})
    while not (tmp_path / "web.log").read_text():
        time.sleep(0.01)
    children.check()
    process = children.running[0].process
    assert os.getsid(process.pid) == process.pid
    children.stop({"web": 5})
    assert process.returncode == -15
    assert (tmp_path / "web.log").read_text() == "at work\n"


def test_an_end_is_told_with_the_log(children: Children) -> None:
    children.start("web", ["-c", "import os; print(os.environ['WHY']); raise SystemExit(3)"], {"WHY": "no room"})
    _until_ended(children)
    with pytest.raises(StartError, match="the web process ended with status 3:\nno room"):
        children.check()


def test_an_errand_may_end(children: Children, capsys: pytest.CaptureFixture[str]) -> None:
    children.start("demo", ["-c", ""], errand=True)
    _until_ended(children)
    children.check()
    assert capsys.readouterr().err == ""
    children.start("demo", ["-c", "raise SystemExit('it was wrong')"], errand=True)
    _until_ended(children)
    children.check()
    assert capsys.readouterr().err == "Quayside: the demo process ended with status 1:\nit was wrong\n"


def test_one_that_will_not_end_is_killed_with_what_it_started(children: Children, tmp_path: Path) -> None:
    # Each number in one write with the end of its line, for both write at once.
    tell = "os.write(1, b'%d\\n' % os.getpid())"
    stubborn = f"import signal, os, time; signal.signal(15, signal.SIG_IGN); os.fork(); {tell}; time.sleep(60)"
    children.start("web", ["-c", stubborn])
    while len(pids := (tmp_path / "web.log").read_text().split()) < 2:
        time.sleep(0.01)
    started = time.monotonic()
    children.stop({"web": 0.2})
    assert time.monotonic() - started < 5
    assert alive([int(pid) for pid in pids]) == []


def test_a_long_log_begins_anew(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    children.start("web", ["-c", "import os, time\nwhile True: os.write(1, b'line\\n'); time.sleep(0.01)"])
    while not log.read_text():
        time.sleep(0.01)
    os.truncate(log, 20_000_001)
    children.running[0].keep_log_short()
    assert log.stat().st_size < 1000
    assert (tmp_path / "web.log.1").stat().st_size > 20_000_000
    size = log.stat().st_size
    while log.stat().st_size <= size:
        time.sleep(0.01)
    assert log.read_text().replace("line\n", "") == ""
