"""What the tests of the storage have in common: making a blob as the library does, and keeping it."""

import io
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import ParseResult, unquote

from django.conf import settings
from django.db import transaction
from django.test import AsyncClient
from django.utils import timezone

from core.hashing import Digests, hash_stream
from storage import blobs, disk, incoming, placement
from storage.models import Blob


def digests_of(body: bytes) -> Digests:
    return hash_stream(io.BytesIO(body))


def received(body: bytes) -> Path:
    """An incoming file with these bytes, as an upload leaves it."""
    with tempfile.NamedTemporaryFile(dir=settings.INCOMING_ROOT, suffix=".upload") as spooled:
        spooled.write(body)
        spooled.flush()
        return incoming.path(incoming.adopt(Path(spooled.name)))


def stored(body: bytes, name: str = "file.txt", kind: str = "document") -> Blob:
    """A blob with these bytes that nothing refers to."""
    source, digests, compared = received(body), digests_of(body), blobs.Compared()
    path = placement.blob_path(name, kind, timezone.localtime())
    while True:
        try:
            with transaction.atomic():
                blob = blobs.keep(source, digests, path, compared)
            break
        except blobs.VerifyFirst as found:
            compared.look(source, found.path)
    disk.delete(source)
    return blob


def file_of(blob: Blob) -> Path:
    return disk.media_path(blob.path)


def files_in(root: str | os.PathLike[str]) -> list[Path]:
    return sorted(disk.files_below(Path(root)))


class Fetcher(AsyncClient):
    """Django's async client, with paths decoded as ASGI servers do it (UTF-8) and bodies read to their end."""

    def _get_path(self, parsed: ParseResult) -> str:
        return unquote(parsed.path)

    async def fetch(self, url: str, **headers: str) -> Any:
        """The response with its whole body in `.body`; `If_Range` among the headers is sent as `If-Range`."""
        response: Any = await self.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            parts = [part async for part in response.streaming_content] if response.streaming else [response.content]
        finally:
            response.close()
        response.body = b"".join(parts)
        return response
