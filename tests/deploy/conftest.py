import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    upstream quayside_web {{ server 127.0.0.1:{web}; keepalive 8; }}
    include {folder}/quayside.conf;
}}
"""


def configuration(folder: Path, *, port: int, web: int) -> Path:
    """The repository's nginx/quayside.conf with this machine's port and folders, and a main file around it."""
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
    main.write_text(MAIN.format(folder=folder, web=web, user=user))
    return main


class Proxied:
    """A site behind a real nginx; `client` speaks to nginx."""

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    with tempfile.TemporaryDirectory(prefix="qs-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        environment: Any = {
            "X_ACCEL": "true",
            "SERVE_STATIC": "false",
            "TRUSTED_PROXIES": "1",
            "MIN_FREE_SPACE": "10MB",
        }
        environment |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "STATIC_ROOT": str(folder / "static")}
        with running_site(folder, **environment) as site:
            site.manage("collectstatic", "--noinput", "--verbosity", "0")
            main = configuration(folder, port=port, web=site.port)
            server = subprocess.Popen([nginx, "-c", str(main), "-g", "daemon off;"])
            proxied = Proxied(site, port)
            try:
                wait_for(lambda: _answers(proxied), 10, "nginx answers")
                yield proxied
            finally:
                proxied.client.close()
                server.terminate()
                server.wait(10)


def _answers(proxied: Proxied) -> bool:
    try:
        return proxied.client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False
