import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.site import ROOT, Site, free_port, running_site, wait_for

MAIN = """
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream quayside_web {{ zone quayside_web 64k; {servers} keepalive 8; }}
    include {folder}/quayside.conf;
}}
"""


def configuration(folder: Path, *, port: int, web: int, other: int = 0) -> Path:
    """The repository's nginx/quayside.conf with this machine's ports and folders, and a main file around it."""
    site = (ROOT / "nginx/quayside.conf").read_text()
    for theirs, ours in {
        "listen 80 default_server": f"listen 127.0.0.1:{port} default_server",
        "alias /static/;": f"alias {folder}/static/;",
        "alias /data/media/;": f"alias {folder}/media/;",
        "alias /data/incoming/;": f"alias {folder}/incoming/;",
    }.items():
        assert theirs in site, f"nginx/quayside.conf no longer has {theirs!r}"
        site = site.replace(theirs, ours)
    (folder / "quayside.conf").write_text(site)
    main = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    ports = [number for number in (web, other) if number]
    servers = " ".join(f"server 127.0.0.1:{number} max_fails=2 fail_timeout=2s;" for number in ports)
    main.write_text(MAIN.format(folder=folder, servers=servers, user=user))
    return main


class Proxied:
    """A site behind a real nginx; `client` speaks to nginx."""

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)


@contextmanager
def running_nginx(site: Site, port: int, *, other: int = 0) -> Iterator[Proxied]:
    """nginx on this port, in front of the site's web process and of another one."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    main = configuration(site.folder, port=port, web=site.port, other=other)
    server = subprocess.Popen([nginx, "-c", str(main), "-g", "daemon off;"])
    proxied = Proxied(site, port)
    try:
        wait_for(lambda: _answers(proxied), 10, "nginx answers")
        yield proxied
    finally:
        proxied.client.close()
        server.terminate()
        server.wait(10)


@contextmanager
def site_behind(port: int) -> Iterator[Site]:
    """A site that expects nginx on this port."""
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {"X_ACCEL": "true", "SERVE_STATIC": "false", "TRUSTED_PROXIES": "1", "MIN_FREE_SPACE": "10MB"}
        environment |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "STATIC_ROOT": str(folder / "static")}
        with running_site(folder, **environment) as site:
            yield site


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    port = free_port()
    with site_behind(port) as site:
        site.manage("collectstatic", "--noinput", "--verbosity", "0")
        with running_nginx(site, port) as proxied:
            yield proxied


def _answers(proxied: Proxied) -> bool:
    try:
        return proxied.client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False
