"""Large files made to keep their reader busy: the site answers soon, the worker lives, and neither grows."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import Site, wait_for

pytestmark = pytest.mark.faults
SIZE = 200_000_000
ROOM = 150_000  # KiB that a process may grow by
# A beginning, and a part that is repeated for ever after it.
HOSTILE = {
    "sync.mp3": (b"\xff\xfb\x90\x00", b"\xff"),
    "comments.jpg": (b"\xff\xd8", b"\xff\xfe\0\2"),
    "atoms.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isommp42", b"\0\0\0\x08free"),
    "blocks.flac": (b"fLaC\0\0\0\x22" + bytes(34), b"\1\0\0\0"),
    "whole.webp": (b"RIFF\0\0\0\x10WEBPVP8 ", b"\0"),
    "whole.avif": (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", b"\0\0\0\x08free"),
}


def _write(path: Path, beginning: bytes, part: bytes) -> None:
    block = part * (1_000_000 // len(part))
    with path.open("wb") as file:
        file.write(beginning)
        for _block in range(SIZE // len(block)):
            file.write(block)


def _processes(site: Site) -> Iterator[int]:
    """The site's own processes and their children."""
    leaders = {process.pid for process in site.processes.values()}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if os.getpgid(int(entry.name)) in leaders:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def _memory(site: Site) -> dict[int, int]:
    """KiB that each process has held at most."""
    peaks = {}
    for pid in _processes(site):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        peaks[pid] = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
    return peaks


def test_it_works(site: Site, folder: Path) -> None:
    site.upload("honest.pdf", b"%PDF-1.4\n")
    wait_for(lambda: site.unsettled() == 0, 30, "the honest file is checked")
    before = _memory(site)
    for name, (beginning, part) in HOSTILE.items():
        _write(folder / name, beginning, part)
        start = time.monotonic()
        with (folder / name).open("rb") as body:
            answer = site.request("POST", "/api/files/", files={"file": (name, body)})
        assert answer.status_code in {201, 422}, f"{name}: {answer.text}"
        assert time.monotonic() - start < 10, name
        (folder / name).unlink()
    wait_for(lambda: site.unsettled() == 0, 60, "all are checked")
    assert {file["status"] for file in site.files()} == {"Completed"}
    after = _memory(site)
    assert before.keys() <= after.keys(), "a process has died"
    grown = {pid: after[pid] - before[pid] for pid in before}
    assert max(grown.values()) < ROOM, grown
