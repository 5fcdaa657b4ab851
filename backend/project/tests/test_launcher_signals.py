"""A wish to stop is never lost."""

import signal
from pathlib import Path

import pytest

from project import launcher
from project.children import Children


def test_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ignores what is raised in its hooks after a fork: the launcher stops all the same, a moment later."""
    monkeypatch.setattr(launcher, "_asked", [])
    with pytest.raises(launcher.Stopped):
        launcher._stop(signal.SIGINT, None)
    Children(tmp_path).watch(lambda: bool(launcher._asked))
