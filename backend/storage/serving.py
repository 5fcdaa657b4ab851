"""Sending stored bytes: conditions, ranges and headers (RFC 9110), by nginx where it stands in front, else in a stream.

An X-Accel path is made of a blob's row, never of anything a client sent.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from http import HTTPStatus
from io import FileIO
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, parse_http_date_safe

from core import media_types
from core.ranges import ByteRange, requested_range
from storage import disk, incoming
from storage.errors import BlobMissing, PreconditionFailed
from storage.models import Blob

log = logging.getLogger(__name__)

# A blob's path never holds other bytes.
FOREVER = "public, max-age=31536000, immutable"
PRIVATE = "private, no-cache"
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Source:
    """A file to send: where it is on disk, its validators, and where nginx finds it, if nginx may read it.

    `modified` is None for the time of the file on disk.
    """

    path: Path
    size: int
    etag: str | None = None
    accel: str | None = None
    modified: datetime | None = None


async def blob_response(
    request: HttpRequest,
    blob: Blob,
    filename: str,
    mime: str,
    *,
    cache: str = PRIVATE,
    modified: datetime | None = None,
) -> HttpResponseBase:
    """Send a blob under a name: 200, 206 or 304; as an attachment when a browser must not show its type in place.

    `modified` is the time of the file that its reader knows. The blob's own is that of whoever sent these bytes first,
    so it is told only to those who know the blob. Raises a Problem: 412, 416, or BlobMissing (404) when the bytes are
    gone.
    """
    accel = f"/_media/{quote(blob.path)}"
    source = Source(disk.media_path(blob.path), blob.size, f'"{blob.sha256}"', accel, modified)
    try:
        return await _respond(request, source, filename, mime, False, cache)
    except FileNotFoundError as error:
        log.error("the bytes of blob %s are missing: %s", blob.pk, blob.path)
        raise BlobMissing from error


async def incoming_response(request: HttpRequest, name: str, size: int, filename: str, mime: str) -> HttpResponseBase:
    """Send received bytes whose check is not over, as an attachment; raises FileNotFoundError when they are gone."""
    source = Source(incoming.path(name), size)
    return await _respond(request, source, filename, mime, True, PRIVATE)


async def _respond(
    request: HttpRequest, source: Source, filename: str, mime: str, attachment: bool, cache: str
) -> HttpResponseBase:
    file = await asyncio.to_thread(_open, source)
    try:
        modified = int(source.modified.timestamp() if source.modified else os.fstat(file.fileno()).st_mtime)
        response = _unsent(request, source, file, modified)
        headers = _validators(source, modified, cache)
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            headers |= _description(filename, mime, attachment)
        for name, value in headers.items():
            response[name] = value
    except BaseException:
        file.close()
        raise
    if not response.streaming:
        file.close()
    return response


def _open(source: Source) -> FileIO:
    """Raises FileNotFoundError for a file of another length too: its bytes are not those that were promised."""
    file = source.path.open("rb", buffering=0)
    if os.fstat(file.fileno()).st_size != source.size:
        file.close()
        raise FileNotFoundError(f"{source.path} is not {source.size} bytes long")
    return file


def _validators(source: Source, modified: int, cache: str) -> dict[str, str]:
    etag = {"ETag": source.etag} if source.etag else {}
    return {"Cache-Control": cache, "Last-Modified": formatdate(modified, usegmt=True), **etag}


def _description(filename: str, mime: str, attachment: bool) -> dict[str, str]:
    attached = attachment or not media_types.is_inline(mime)
    sandbox = {} if media_types.is_passive(mime) else {"Content-Security-Policy": SANDBOX}
    return {
        "Content-Type": f"{mime}; charset=utf-8" if mime.startswith("text/") else mime,
        "Content-Disposition": str(content_disposition_header(attached, filename)),
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        **sandbox,
    }


def _unsent(request: HttpRequest, source: Source, file: FileIO, modified: int) -> HttpResponseBase:
    """The response without its common headers: 304, a redirect inside nginx, or the bytes themselves."""
    conditional = get_conditional_response(request, etag=source.etag, last_modified=modified)
    if conditional is not None:
        if conditional.status_code == HTTPStatus.PRECONDITION_FAILED:
            raise PreconditionFailed
        return conditional
    if settings.X_ACCEL and source.accel:
        return HttpResponse(headers={"X-Accel-Redirect": source.accel})
    part = _part(request, source, modified)
    sent = part or ByteRange(0, source.size)
    headers = {"Content-Length": str(sent.stop - sent.start)}
    if part:
        headers["Content-Range"] = part.content_range(source.size)
    status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(FileSlice(file, sent), status=status, headers=headers)


def _part(request: HttpRequest, source: Source, modified: int) -> ByteRange | None:
    """The range to send; None for the whole, as when `If-Range` names other bytes (RFC 9110, section 13.1.5)."""
    condition = request.headers.get("If-Range", "").strip()
    if condition and condition != source.etag and parse_http_date_safe(condition) != modified:
        return None
    return requested_range(request.headers.get("Range", ""), source.size)


class FileSlice:
    """A part of an open file, read a MiB at a time and not on the event loop."""

    def __init__(self, file: FileIO, part: ByteRange) -> None:
        self.file = file
        self.part = part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        position, stop = self.part.start, self.part.stop
        while position < stop:
            # pread, for when the client leaves the file is closed while a thread may still be reading.
            wanted = min(disk.CHUNK, stop - position)
            chunk = await asyncio.to_thread(os.pread, self.file.fileno(), wanted, position)
            if not chunk:
                raise OSError(f"{self.file.name!r} ended {stop - position} bytes early")
            position += len(chunk)
            yield chunk

    def close(self) -> None:
        """Called by Django when the response is over, however it ended."""
        self.file.close()
