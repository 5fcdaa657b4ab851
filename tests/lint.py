"""`make lint`: every check, each run even when one before it has failed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = [
    # The cache does not notice when a module becomes one of ours, and imports are sorted by that.
    ["ruff", "check", "--no-cache", "."],
    ["ruff", "format", "--check", "."],
    ["mypy", "."],
    ["lint-imports", "--no-cache"],
    ["bandit", "--quiet", "--recursive", "backend", "--configfile", "pyproject.toml"],
    ["python", "backend/manage.py", "makemigrations", "--check", "--dry-run"],
]


def main() -> int:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'backend'}:{ROOT}", "ENV_FILE": os.devnull}
    failed = []
    for name, *arguments in CHECKS:
        print(f"— {name} {' '.join(arguments)}", flush=True)
        if subprocess.run([BIN / name, *arguments], cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
