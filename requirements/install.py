"""Install a set of requirements into .venv, unless it is there: `python requirements/install.py run|test|e2e|dev`.

Each set contains the ones before it, so installing never removes. Runs with the standard library alone, under any
supported Python, that of .venv itself included.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
SETS = ("run", "test", "e2e", "dev")


def stamp(name: str) -> str:
    """What is installed once this set is: changes with the set's contents and with the version of Python."""
    digest = hashlib.sha256((HERE / f"{name}.txt").read_bytes()).hexdigest()
    return f"{name} {digest} {sys.version_info.major}.{sys.version_info.minor}\n"


def is_installed(name: str, installed: Path) -> bool:
    """Whether the file `installed` says that this set, or a larger one, is there."""
    if not installed.exists():
        return False
    enough = SETS[SETS.index(name) :]
    return installed.read_text() in {stamp(larger) for larger in enough}


def prepare(venv: Path) -> Path:
    """The Python of an environment with pip; one that is broken, or of another version, is made anew."""
    python = venv / "bin" / "python"
    if _output(python, "-c", "import sys; print(*sys.version_info[:2])") != "{} {}".format(*sys.version_info):
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    elif not _output(python, "-m", "pip", "--version"):
        subprocess.run([python, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    return python


def _output(*command: str | Path) -> str:
    """What a command prints, or nothing when it fails."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return "" if ran.returncode else ran.stdout.strip()


def main() -> int:
    name, installed = sys.argv[1], VENV / "installed"
    if is_installed(name, installed):
        return 0
    print(f"Installing requirements/{name}.txt into .venv …", flush=True)
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    try:
        command: list[str | Path] = [prepare(VENV), "-m", "pip", "install", *options, "-r", HERE / f"{name}.txt"]
        subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        return error.returncode
    installed.write_text(stamp(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
