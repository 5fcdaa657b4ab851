"""Wagtail, with pages like ours (`wagtail_peer/`), in an environment of its own as its documentation says."""

import subprocess
import sys
import venv

from benchmarks.site import ROOT, Site, free_port

FOLDER = ROOT / ".peers" / "wagtail"
PYTHON = FOLDER / "bin" / "python"
PACKAGES = ["wagtail==8.0.1", "gunicorn==27.0.1"]
MODULE = "benchmarks.wagtail_peer"
FIELDS = "fields=text,contents"


def install() -> None:
    """Raises CalledProcessError when it cannot be installed."""
    if not PYTHON.exists():
        venv.create(FOLDER, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, stdout=sys.stderr)


def serve(site: Site, name: str, pages: int) -> dict[str, str]:
    """Make its database and start it; returns the paths of a page and of their list."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": f"{MODULE}.settings",
        "PEER_DATABASE": str(site.folder / "wagtail.sqlite3"),
    }
    code = f"from {MODULE}.wsgi import fill; print(fill({pages}))"
    filled = subprocess.run(
        [PYTHON, "-c", code], env=site.environment | environment, check=True, capture_output=True, text=True
    )
    port = free_port()
    command = [str(PYTHON), "-m", "gunicorn", f"{MODULE}.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    site.start(name, [*command, "--log-level", "error"], port, **environment)
    return {
        "detail": f"/api/pages/{int(filled.stdout)}/?{FIELDS}",
        "list": f"/api/pages/?type=wagtail_peer.BenchPage&{FIELDS}&limit=20",
    }
