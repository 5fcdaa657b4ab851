"""What the subjects of the bench return, and the file it is written to."""

import os
import platform
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results.md"
HEAD = """# Bench

`make bench` writes this file. Ratios count: the figures drift with the machine. Servers run on one core, wrk
(`-t1 -c32`) and Redis on another; a rate is the median of three runs that take turns with those of its reference. CPU
is the server's processor time for a request, which drifts less.
"""


@dataclass(frozen=True)
class Row:
    """Something measured. `ratio` is to what `against` names, and `least`/`most` say what it should be."""

    work: str
    measured: str
    against: str = ""
    ratio: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def goal(self) -> str:
        if self.least is not None:
            return f"≥ {self.least:g}"
        return f"≤ {self.most:g}" if self.most is not None else ""

    @property
    def verdict(self) -> str:
        if self.ratio is None or not self.goal:
            return ""
        met = self.ratio >= self.least if self.least is not None else self.most is None or self.ratio <= self.most
        return "met" if met else "**missed**"

    def line(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        return f"| {self.work} | {self.measured} | {self.against} | {ratio} | {self.goal} | {self.verdict} |"


@dataclass(frozen=True)
class Subject:
    """One table of the bench."""

    name: str
    title: str
    measure: Callable[[], Iterable[Row]]


def table(rows: Sequence[Row]) -> str:
    head = ["| work | measured | against | ratio | goal | |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(row.line() for row in rows)])


def machine() -> str:
    models = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    processor = models[0] if models else platform.machine()
    cores, python = os.cpu_count(), platform.python_version()
    return f"{processor}, {cores} cores, Python {python}, {platform.system()} {platform.release()}"


def write(title: str, rows: Sequence[Row], load_before: float) -> None:
    """Put a subject's table into results.md in place of its last one; the others stay."""
    sections = _sections(RESULTS.read_text() if RESULTS.exists() else "")
    sections[title] = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}; load before: {load_before:.1f}.\n\n{table(rows)}\n"
    RESULTS.write_text(HEAD + "".join(f"\n## {name}\n\n{text}" for name, text in sections.items()))


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n\n", text, flags=re.MULTILINE)[1:]
    return {title: body.rstrip("\n") + "\n" for title, body in zip(parts[::2], parts[1::2], strict=True)}
