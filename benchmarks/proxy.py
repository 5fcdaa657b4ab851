"""Cached reads behind the repository's nginx, against nginx in front of one Redis round trip."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.reads import DETAIL, LIST, Case, compared, median_of, serve_references
from benchmarks.report import Row
from benchmarks.site import ROOT, SERVER_CORE, Site, a_site, free_port, on_core, wait_for
from core.processes import die_with_parent

MAIN = """
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream quayside_web {{ zone quayside_web 64k; server {upstream}; keepalive 64; }}
    include {folder}/quayside.conf;
}}
"""


def measure() -> Iterator[Row]:
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        yield Row("behind nginx", "not measured: nginx is not installed")
        return
    with a_site() as site:
        site.make(1_000)
        quayside = site.serve("quayside", "project.asgi:application")
        names = {"detail": DETAIL, "list": LIST}
        for name, path in names.items():
            serve_references(site, name, quayside + path)
        servers = ["quayside", *(f"{name} bare_redis" for name in names)]
        with proxied(site, servers):
            cases = [
                Case(f"{name} {server}", f"nginx {server}", path)
                for name, path in names.items()
                for server in ("quayside", f"{name} bare_redis")
            ]
            seen = median_of(site, cases)
    for name in names:
        ours, other = seen[f"{name} quayside"], seen[f"{name} {name} bare_redis"]
        yield compared(f"page {name}, cached, counted, behind nginx", ours, "bare+redis behind nginx", other, 0.8)


@contextmanager
def proxied(site: Site, servers: list[str]) -> Iterator[None]:
    """One nginx in front of each server, which the site then knows as `nginx <server>`."""
    started = []
    try:
        for server in servers:
            process, url = _nginx(site, server)
            started.append(process)
            # The processor time is that of the server behind it.
            site.servers[f"nginx {server}"] = (site.servers[server][0], url)
        yield
    finally:
        for process in started:
            process.terminate()
            process.wait()
        for server in servers:
            site.servers.pop(f"nginx {server}", None)


def _nginx(site: Site, server: str) -> tuple["subprocess.Popen[bytes]", str]:
    folder = site.folder / f"nginx-{server.replace(' ', '-')}"
    folder.mkdir()
    port, upstream = free_port(), site.servers[server][1].removeprefix("http://")
    text = (ROOT / "nginx/quayside.conf").read_text()
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    # All requests come from one address here.
    text = re.sub(r"rate=\d+r/s", "rate=1000000r/s", text)
    (folder / "quayside.conf").write_text(text)
    main = MAIN if os.geteuid() == 0 else MAIN.replace("user root;", "")
    (folder / "nginx.conf").write_text(main.format(folder=folder, upstream=upstream))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    command = [program, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with on_core(SERVER_CORE):
        process = subprocess.Popen(command, preexec_fn=die_with_parent)
    wait_for(port, process, Path(folder / "error.log"))
    return process, f"http://127.0.0.1:{port}"
