"""The same reads from other systems, installed below `.peers/` from where they are published."""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Protocol

import httpx

from benchmarks import directus, wagtail
from benchmarks.reads import DETAIL, LIST, Case, median_of
from benchmarks.report import Row
from benchmarks.site import Load, Site, a_site

PAGES = 200


class Peer(Protocol):
    """A module of this package."""

    def install(self) -> None: ...

    def serve(self, site: Site, name: str, pages: int) -> dict[str, str]: ...


def measure() -> Iterator[Row]:
    yield from _against("Wagtail 8 (gunicorn, SQLite)", wagtail, {"detail": 50, "list": 150})
    yield from _against("Directus 11 (its cache in memory)", directus, {"list": 4})


def _against(title: str, peer: Peer, least: Mapping[str, float]) -> Iterator[Row]:
    try:
        peer.install()
    except (OSError, subprocess.CalledProcessError) as error:
        yield Row(title, f"not measured: it could not be installed ({error})")
        return
    with a_site() as site:
        site.make(PAGES)
        site.serve("quayside", "project.asgi:application")
        cases = [Case(f"peer {name}", "peer", path) for name, path in peer.serve(site, "peer", PAGES).items()]
        cases += [Case("detail", "quayside", DETAIL), Case("list", "quayside", LIST)]
        for case in cases:
            httpx.get(site.servers[case.server][1] + case.path).raise_for_status()
        seen = median_of(site, cases)
    for name in ("detail", "list"):
        ours, other = seen[name], seen[f"peer {name}"]
        work, against = f"page {name}, cached, counted", f"{title}: {_told(other)}"
        yield Row(work, _told(ours), against, ours.rate / other.rate, least=least.get(name))


def _told(seen: Load) -> str:
    return f"{seen.rate:,.0f}/s, p50 {seen.p50:.2f} ms"
