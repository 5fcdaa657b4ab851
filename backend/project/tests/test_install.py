"""The first `make run` or `make test` installs what it needs; the next ones find it there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from requirements import install

ROOT = Path(__file__).resolve().parents[3]


def test_it_works(tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    assert not install.is_installed("run", installed)
    installed.write_text(install.stamp("test"))
    assert install.is_installed("run", installed), "a larger set contains a smaller one"
    assert install.is_installed("test", installed)
    assert not install.is_installed("dev", installed)


def test_each_set_contains_the_ones_before_it() -> None:
    named = {name: (install.HERE / f"{name}.txt").read_text().splitlines() for name in install.SETS}
    pinned = [{line.split(" ")[0] for line in named[name] if "==" in line} for name in install.SETS]
    assert pinned[0]
    assert pinned[0] < pinned[1] < pinned[2] < pinned[3]


def test_other_contents_are_installed_anew(tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    installed.write_text(install.stamp("run").replace("run ", "run 0"))
    assert not install.is_installed("run", installed)


@pytest.mark.slow
def test_a_broken_environment_is_made_anew(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to("/nonexistent/python")
    assert install.prepare(tmp_path) == python
    said = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) in said


def test_without_a_python_make_says_which_it_needs() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    ran = subprocess.run(
        ["make", "run", "PYTHON="], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert ran.stderr.startswith("Quayside needs Python 3.11, 3.12 or 3.13 with venv on PATH.\n")


def test_make_finds_a_python_in_range() -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["make", "--dry-run", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert "requirements/install.py run" in ran.stdout
