import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import Site, running_site


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, for the socket of Redis lies below it."""
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    with running_site(folder, FILE_LEASE="3 seconds", MIN_FREE_SPACE="10MB") as running:
        yield running
