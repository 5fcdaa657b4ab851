import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from project.tests.runs import Run


class Launch(Protocol):
    def __call__(self, *below: str, **environment: str) -> Run: ...


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, for the socket of Redis lies below it."""
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture
def launch(folder: Path) -> Iterator[Launch]:
    """Starts launchers on `folder`; none outlives the test."""
    runs: list[Run] = []

    def start(*below: str, **environment: str) -> Run:
        runs.append(Run(folder, environment, below))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.process.wait()
