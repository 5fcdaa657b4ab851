"""`manage.py runserver` runs on daphne: pages, the admin and WebSockets work there too."""

import asyncio
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets

from core.processes import RedisProcess

BACKEND = Path(__file__).resolve().parents[2]
PASSWORD = secrets.token_urlsafe(12)
SEED = f"""
from accounts.models import User
from content.models import Page
from files.models import MediaFile
admin = User.objects.create_superuser('admin', password='{PASSWORD}')
Page.objects.create(title='On daphne')
print(MediaFile.objects.create(name='a.txt', kind='document', mime='text/plain', size=1, owner=admin).pk)
"""


class Daphne:
    """A running development server with one page and one Pending file."""

    def __init__(self, folder: Path, redis: RedisProcess) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "REDIS_URL": redis.url,
            "PUBLIC_URL": self.url,
        }
        self._manage("migrate", "--verbosity", "0")
        self.file_id = self._manage("shell", "--verbosity", "0", "-c", SEED).split()[-1]
        self.log = (folder / "log").open("w+")
        command = [sys.executable, "manage.py", "runserver", "--noreload", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=BACKEND, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        ran = subprocess.run(command, cwd=BACKEND, env=self.environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.url}/healthz")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(Path(self.log.name).read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


@pytest.fixture(scope="module")
def daphne(redis_server: RedisProcess) -> Iterator[Daphne]:
    with tempfile.TemporaryDirectory(prefix="qs-") as name:
        server = Daphne(Path(name), redis_server)
        try:
            server.wait()
            yield server
        finally:
            server.stop()


@pytest.mark.slow
@pytest.mark.xdist_group("daphne")
def test_it_works(daphne: Daphne) -> None:
    """Daphne answers a page, from the database and then from Redis, and counts in both."""
    answers = [httpx.get(f"{daphne.url}/api/page/content/") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["results"][0]["title"] == "On daphne"
    assert "daphne" in Path(daphne.log.name).read_text().lower()


@pytest.mark.slow
@pytest.mark.xdist_group("daphne")
def test_admin_and_websocket(daphne: Daphne) -> None:
    """An editor logs in, sees the library with its styles, and is told the state of a file."""
    with httpx.Client(base_url=daphne.url, follow_redirects=True) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/admin/login/").text)
        assert token is not None
        form = {"username": "admin", "password": PASSWORD, "csrfmiddlewaretoken": token[1], "next": "/admin/"}
        assert client.post("/admin/login/", data=form).status_code == 200
        page = client.get("/admin/files/mediafile/")
        assert page.status_code == 200
        assert "a.txt" in page.text
        for style in re.findall(r'href="(/static/[^"]+\.css)"', page.text):
            assert client.get(style).status_code == 200, style
        session = client.cookies["sessionid"]
    shown = asyncio.run(_watch(daphne, f"sessionid={session}"))
    assert [(file["id"], file["status"]) for file in shown["files"]] == [(daphne.file_id, "Pending")]


async def _watch(daphne: Daphne, cookie: str) -> dict[str, list[dict[str, str]]]:
    address = f"ws://127.0.0.1:{daphne.port}/ws/library/"
    async with websockets.connect(address, additional_headers={"Cookie": cookie, "Origin": daphne.url}) as connection:
        await connection.send(json.dumps({"watch": [daphne.file_id]}))
        return json.loads(await asyncio.wait_for(connection.recv(), 10))  # type: ignore[no-any-return]
