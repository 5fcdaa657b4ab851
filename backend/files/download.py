"""GET /storage/download/{id}/: the bytes of one file or version, for those who may read it."""

import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from core.errors import NotFound
from core.media_types import TYPES, UNKNOWN
from core.openapi import describe, problem_responses
from files import selection
from files.errors import FileFailed
from files.models import MediaFile
from files.reasons import in_readers_language
from files.views import LibraryView, reader_of
from storage import serving

# How often a file is looked up again whose received bytes have just become a blob.
_LOOKS = 3
BYTES = openapi.Schema(type=openapi.TYPE_STRING, format=openapi.FORMAT_BINARY)


class AnyType(DefaultContentNegotiation):
    """Bytes are what they are: a player that accepts `video/*` alone is not turned away."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class Download(LibraryView):
    content_negotiation_class = AnyType

    @describe(
        operation_id="download_file",
        produces=sorted({UNKNOWN, *(found.mime for found in TYPES.values())}),
        responses={
            200: openapi.Response(_("The bytes."), schema=BYTES),
            206: openapi.Response(_("The bytes of the range."), schema=BYTES),
            304: openapi.Response(_("The client has these bytes.")),
            **problem_responses(409, 412, 416),
        },
    )
    async def get(self, request: Request, file_id: uuid.UUID) -> HttpResponseBase:
        """The bytes of this very version, whole or a range of them; `ETag` is their SHA-256.

        A file whose check is not over is sent as it was received; 409 for one that Failed.
        """
        plain: HttpRequest = request._request
        for _look in range(_LOOKS):
            file = await self._look_up(request, file_id)
            if file.blob is not None:
                return await serving.blob_response(plain, file.blob, file.name, file.mime, modified=file.created_at)
            try:
                return await serving.incoming_response(plain, file.incoming, file.size, file.name, file.mime)
            except FileNotFoundError:
                # Its check may have ended since the row was read; then it has a blob now.
                continue
        raise NotFound

    @sync_to_async
    def _look_up(self, request: Request, file_id: uuid.UUID) -> MediaFile:
        file = selection.readable(reader_of(request), file_id).select_related("blob").first()
        if file is None:
            raise NotFound
        if file.status == MediaFile.Status.FAILED:
            raise FileFailed(in_readers_language(file.error_code, file.error_message))
        return file
