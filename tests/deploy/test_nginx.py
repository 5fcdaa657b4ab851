"""The repository's nginx configuration, in a real nginx in front of a real site."""

import hashlib
import os
import shutil
import socket
import subprocess
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from websockets import Origin
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.deploy.conftest import Proxied, configuration
from tests.site import PASSWORD, wait_for

pytestmark = [pytest.mark.nginx, pytest.mark.xdist_group("nginx")]
BODY = b"%PDF-1.4\n" + bytes(range(256)) * 2000


def _token(proxied: Proxied) -> dict[str, str]:
    answer = proxied.client.post("/api-token-auth/", json={"username": "admin", "password": PASSWORD})
    answer.raise_for_status()
    return {"Authorization": f"JWT {answer.json()['token']}"}


@pytest.fixture(scope="module")
def stored(proxied: Proxied) -> dict[str, Any]:
    """A Completed file of the library, as the API tells of it."""
    headers = _token(proxied)
    made = proxied.client.post("/api/files/", headers=headers, files={"file": ("доклад.pdf", BODY)})
    assert made.status_code == 201, made.text

    def completed() -> dict[str, Any] | None:
        file: dict[str, Any] = proxied.client.get(f"/api/files/{made.json()['id']}/", headers=headers).json()
        return file if file["status"] == "Completed" else None

    return wait_for(completed, 30, "the file is checked")  # type: ignore[no-any-return]


def test_it_works(proxied: Proxied, stored: dict[str, Any]) -> None:
    """nginx sends the bytes; the ETag is the SHA-256 and not nginx's own."""
    answer = proxied.client.get(stored["url"])
    assert answer.status_code == 200
    assert answer.content == BODY
    assert answer.headers["etag"] == f'"{hashlib.sha256(BODY).hexdigest()}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/pdf"
    assert "x-accel-redirect" not in answer.headers
    assert answer.headers["server"].startswith("nginx")


def test_ranges_and_conditions(proxied: Proxied, stored: dict[str, Any]) -> None:
    part = proxied.client.get(stored["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, BODY[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(BODY)}"
    same = proxied.client.get(stored["url"], headers={"If-None-Match": part.headers["etag"]})
    assert same.status_code == 304
    beyond = proxied.client.get(stored["url"], headers={"Range": f"bytes={len(BODY)}-"})
    assert beyond.status_code == 416
    changed = proxied.client.get(stored["url"], headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, BODY)


def test_the_owner_downloads(proxied: Proxied, stored: dict[str, Any]) -> None:
    """The file is as old as its owner knows it, and not as the bytes on disk: another may have sent those before."""
    on_disk = proxied.site.folder / stored["url"].lstrip("/")
    os.utime(on_disk, (86_400, 86_400))
    answer = proxied.client.get(f"/storage/download/{stored['id']}/", headers=_token(proxied))
    assert (answer.status_code, answer.content) == (200, BODY)
    received = datetime.fromisoformat(stored["created_at"]).replace(microsecond=0)
    assert parsedate_to_datetime(answer.headers["last-modified"]) == received
    guess = {**_token(proxied), "If-Modified-Since": formatdate(86_400, usegmt=True), "Range": "bytes=0-9"}
    assert proxied.client.get(f"/storage/download/{stored['id']}/", headers=guess).status_code == 206


@pytest.mark.parametrize("path", ["/_media/", "/_media/../db.sqlite3", "/metrics"])
def test_what_is_inside_stays_inside(proxied: Proxied, path: str) -> None:
    assert proxied.client.get(path).status_code in {400, 404}


def test_a_client_cannot_steer_the_proxy(proxied: Proxied) -> None:
    steering = {"X-Accel-Redirect": "/_media/x", "Daphne-Root-Path": "/evil", "X-Forwarded-Host": "evil.example"}
    answer = proxied.client.get("/api/page/content/", headers=steering)
    assert answer.status_code == 200
    assert "evil" not in answer.text
    assert "x-accel-redirect" not in answer.headers


def test_static_files_are_kept_for_ever(proxied: Proxied) -> None:
    page = proxied.client.get("/admin/login/").text
    path = page.split('href="/static/')[1].split('"')[0]
    answer = proxied.client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(proxied: Proxied) -> None:
    """The application answers 413 by the Content-Length alone, through nginx, while the body is still here."""
    with socket.create_connection(("127.0.0.1", proxied.port), timeout=10) as connection:
        head = f"POST /api/files/ HTTP/1.1\r\nHost: 127.0.0.1:{proxied.port}\r\nContent-Length: 99000000000\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]


def test_small_bodies_elsewhere(proxied: Proxied) -> None:
    answer = proxied.client.post("/api-token-auth/", content=bytes(2_000_000))
    assert answer.status_code == 413


def test_addresses_are_those_of_clients(proxied: Proxied) -> None:
    """A forged X-Forwarded-For does not give a client a new address for the login throttle."""
    answers = [
        proxied.client.post(
            "/api-token-auth/",
            json={"username": "nobody", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(7)
    ]
    assert answers[-1] == 429


def test_websockets_pass(proxied: Proxied) -> None:
    """Anonymous: the application accepts and then says no, which it could not if nginx kept the upgrade."""
    address, own = f"ws://127.0.0.1:{proxied.port}/ws/library/", f"http://127.0.0.1:{proxied.port}"
    with connect(address, origin=Origin(own)) as socket, pytest.raises(ConnectionClosed):
        socket.recv(10)
    assert socket.close_code == 4403
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin=Origin("https://elsewhere.example"))
    assert refused.value.response.status_code == 403


def test_the_files_in_the_repository_are_valid(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    main = configuration(tmp_path, port=8080, web=8000)
    tested = subprocess.run([nginx, "-t", "-c", str(main)], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
