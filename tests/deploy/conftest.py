import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.site import ROOT, Site, free_port, running_site, wait_for

# Whom nginx runs as where the tests run as root: somebody else, in the group of the site.
_NOBODY = 65534


def configuration(folder: Path, *, port: int, web: int, other: int = 0, microcache: bool = False) -> Path:
    """The repository's nginx.conf and quayside.conf with this machine's ports and folders."""
    for name in ("nginx", "conf.d"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        os.chown(folder / "nginx", _NOBODY, -1)
    ports = [number for number in (web, other) if number]
    servers = " ".join(f"server 127.0.0.1:{number} max_fails=2 fail_timeout=2s;" for number in ports)
    (folder / "conf.d/upstream.conf").write_text(f"upstream quayside_web {{ zone quayside_web 64k; {servers} }}")
    ours = {
        "listen 8080 default_server": f"listen 127.0.0.1:{port} default_server",
        "alias /static/;": f"alias {folder}/static/;",
        "alias /data/media/;": f"alias {folder}/media/;",
    }
    if microcache:
        ours |= {"#proxy_": "proxy_", "/tmp/pages": f"{folder}/nginx/pages"}  # noqa: S108 - of the container
    (folder / "conf.d/quayside.conf").write_text(_replaced(ROOT / "nginx/quayside.conf", ours))
    ours = {
        "/tmp/": f"{folder}/nginx/",  # noqa: S108 - of the container; first, for ours may be below it too
        "/etc/nginx/conf.d/": f"{folder}/conf.d/",
        "/dev/stderr": f"{folder}/nginx/error.log",
        "/dev/stdout": f"{folder}/nginx/access.log",
    }
    main = folder / "nginx.conf"
    main.write_text(_replaced(ROOT / "nginx/nginx.conf", ours))
    return main


def _replaced(file: Path, ours: dict[str, str]) -> str:
    text = file.read_text()
    for theirs, other in ours.items():
        assert theirs in text, f"{file} no longer has {theirs!r}"
        text = text.replace(theirs, other)
    return text


class Proxied:
    """A site behind a real nginx; `client` speaks to nginx."""

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)


@contextmanager
def running_nginx(site: Site, port: int, *, other: int = 0, microcache: bool = False) -> Iterator[Proxied]:
    """nginx on this port, in front of the site's web process and of another one."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    main = configuration(site.folder, port=port, web=site.port, other=other, microcache=microcache)
    # As in Compose: not the user of the site, but of its group.
    site.folder.chmod(0o750)
    who: Any = {"user": _NOBODY, "group": os.getegid(), "extra_groups": []} if os.geteuid() == 0 else {}
    server = subprocess.Popen([nginx, "-c", str(main), "-g", "daemon off;"], **who)
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
        environment: Any = {
            "X_ACCEL": "true",
            "SERVE_STATIC": "false",
            "TRUSTED_PROXIES": "1",
            "MIN_FREE_SPACE": "10MB",
        }
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
