"""The same reads from Wagtail's pages API, which runs in an environment of its own, as its documentation says."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.reads import DETAIL, LIST, Case, median_of
from benchmarks.report import Row
from benchmarks.site import ROOT, Load, Site, a_site, free_port

PAGES = 200
WAGTAIL = ["wagtail==8.0.1", "gunicorn==27.0.1"]
MODULE = "benchmarks.wagtail_peer"
FIELDS = "fields=text,contents"


def measure() -> Iterator[Row]:
    try:
        python = _environment("wagtail", WAGTAIL)
    except subprocess.CalledProcessError as error:
        yield Row("Wagtail's pages API", f"not measured: it could not be installed ({error})")
        return
    with a_site() as site:
        site.make(PAGES)
        site.serve("quayside", "project.asgi:application")
        page = _serve_wagtail(site, python)
        paths = {
            "detail": f"/api/pages/{page}/?{FIELDS}",
            "list": f"/api/pages/?type=wagtail_peer.BenchPage&{FIELDS}&limit=20",
        }
        cases = [Case(f"wagtail {name}", "wagtail", path) for name, path in paths.items()]
        cases += [Case("detail", "quayside", DETAIL), Case("list", "quayside", LIST)]
        for case in cases:
            httpx.get(site.servers[case.server][1] + case.path).raise_for_status()
        seen = median_of(site, cases)
    for name, least in (("detail", 50), ("list", 150)):
        ours, other = seen[name], seen[f"wagtail {name}"]
        against = f"Wagtail 8 (gunicorn, SQLite): {_told(other)}"
        yield Row(f"page {name}, cached, counted", _told(ours), against, ours.rate / other.rate, least=least)


def _told(seen: Load) -> str:
    return f"{seen.rate:,.0f}/s, p50 {seen.p50:.2f} ms"


def _environment(name: str, requirements: list[str]) -> Path:
    """The Python of an environment with these packages, made on first use."""
    folder = ROOT / ".peers" / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True, stdout=sys.stderr)
    return python


def _serve_wagtail(site: Site, python: Path) -> int:
    """Make its database and start it; returns the id of a page."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": f"{MODULE}.settings",
        "PEER_DATABASE": str(site.folder / "wagtail.sqlite3"),
    }
    code = f"from {MODULE}.wsgi import fill; print(fill({PAGES}))"
    filled = subprocess.run(
        [python, "-c", code], env=site.environment | environment, check=True, capture_output=True, text=True
    )
    port = free_port()
    command = [str(python), "-m", "gunicorn", f"{MODULE}.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    site.start("wagtail", [*command, "--log-level", "error"], port, **environment)
    return int(filled.stdout)
