"""The library API. Staff reach every file, others their own; another's file does not exist for them."""

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, cast

from adrf.views import APIView
from asgiref.sync import sync_to_async
from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

from accounts.models import User
from core.errors import MethodNotAllowed, NotFound
from core.openapi import PAGE_PARAMETERS, describe, page_of, problem_responses
from core.pagination import PageNumberPagination, require_known_params
from files import selection, services, usage
from files.described import Described, with_what_is_told
from files.models import MediaFile
from files.serializers import (
    FileDetailSerializer,
    FileSerializer,
    GroupSerializer,
    ListQuerySerializer,
    OwnFileSerializer,
    RenameSerializer,
    UploadSerializer,
    UseSerializer,
)

PAGE = frozenset(parameter.name for parameter in PAGE_PARAMETERS)
UPLOAD_PROBLEMS = problem_responses(413, 415, 422, 507)


def reader_of(request: Request) -> User:
    """Who asks; the permission classes let nobody in who is not logged in."""
    return cast("User", request.user)


class LibraryView(APIView):
    """What the endpoints have in common. Work with the database is done in one go, in the request's thread."""

    parameters: ClassVar[Collection[str]] = frozenset()
    parser_classes: Sequence[type[BaseParser]] = (JSONParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_known_params(request.query_params, self.parameters if request.method in SAFE_METHODS else ())

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise MethodNotAllowed(headers={"Allow": ", ".join(self.allowed_methods)})

    def find(self, request: Request, file_id: uuid.UUID) -> MediaFile:
        file = selection.readable(reader_of(request), file_id).first()
        if file is None:
            raise NotFound
        return file

    def detail(self, request: Request, file_id: uuid.UUID, status: int = 200) -> Response:
        file = with_what_is_told(selection.readable(reader_of(request), file_id), reader_of(request)).first()
        if file is None:
            raise NotFound
        headers = {"Location": f"/api/files/{file.pk}/"} if status == 201 else None
        return Response(FileDetailSerializer(Described(file, reader_of(request))).data, status, headers=headers)

    def page(
        self,
        request: Request,
        rows: Any,
        serializer: type[BaseSerializer[Any]],
        wrap: Callable[[Any], object] | None = None,
    ) -> Response:
        paginator = PageNumberPagination()
        found: list[Any] = paginator.paginate_queryset(rows, request, view=self) or []
        found = [wrap(row) for row in found] if wrap else found
        return paginator.get_paginated_response(serializer(found, many=True, context={"request": request}).data)


def _valid(serializer_class: type[Serializer[Any]], given: Any) -> dict[str, Any]:
    serializer = serializer_class(data=given)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


class FileList(LibraryView):
    parameters = PAGE | frozenset(ListQuerySerializer().fields)
    parser_classes = (MultiPartParser,)

    @describe(
        operation_id="list_files",
        query_serializer=ListQuerySerializer,
        manual_parameters=PAGE_PARAMETERS,
        responses={200: page_of(FileSerializer), **problem_responses(404)},
    )
    async def get(self, request: Request) -> Response:
        """The files of the library, the newest first.

        Files in the trash are left out, or shown alone with `trash=true`.
        """
        return await sync_to_async(self._list)(request)

    @describe(
        operation_id="upload_file",
        request_body=UploadSerializer,
        responses={201: FileDetailSerializer, **UPLOAD_PROBLEMS},
    )
    async def post(self, request: Request) -> Response:
        """Put a file into the library.

        The answer comes as soon as the bytes are safe; the file is Pending until its check in the background is over.
        """
        return await sync_to_async(self._add)(request)

    def _list(self, request: Request) -> Response:
        query = _valid(ListQuerySerializer, request.query_params)
        reader = reader_of(request)
        files = with_what_is_told(selection.listed(reader, query), reader)
        return self.page(request, files, FileSerializer, lambda file: Described(file, reader))

    def _add(self, request: Request) -> Response:
        uploaded = _valid(UploadSerializer, request.data)["file"]
        file = services.add_file(services.receive(owner=reader_of(request), uploaded=uploaded))
        return self.detail(request, file.pk, 201)


class FileDetail(LibraryView):
    @describe(operation_id="get_file", responses={200: FileDetailSerializer})
    async def get(self, request: Request, file_id: uuid.UUID) -> Response:
        """A file, or one version of a file, with its status and all versions."""
        return await sync_to_async(self.detail)(request, file_id)

    @describe(
        operation_id="rename_file",
        request_body=RenameSerializer,
        responses={200: FileDetailSerializer, **problem_responses(415)},
    )
    async def patch(self, request: Request, file_id: uuid.UUID) -> Response:
        """Rename a file. Its bytes and its addresses stay."""
        return await sync_to_async(self._rename)(request, file_id)

    @describe(operation_id="delete_file", responses={204: openapi.Response(_("Deleted.")), **problem_responses(409)})
    async def delete(self, request: Request, file_id: uuid.UUID) -> Response:
        """Delete a file with all its versions for good.

        Only from the trash (`not_in_trash`), and only while nothing shows it (`file_in_use`).
        """
        return await sync_to_async(self._delete)(request, file_id)

    def _rename(self, request: Request, file_id: uuid.UUID) -> Response:
        services.rename(self.find(request, file_id), **_valid(RenameSerializer, request.data))
        return self.detail(request, file_id)

    def _delete(self, request: Request, file_id: uuid.UUID) -> Response:
        services.delete(self.find(request, file_id))
        return Response(status=204)


class FileReplace(LibraryView):
    parser_classes = (MultiPartParser,)

    @describe(
        operation_id="replace_file",
        request_body=UploadSerializer,
        responses={201: FileDetailSerializer, **problem_responses(409), **UPLOAD_PROBLEMS},
    )
    async def post(self, request: Request, file_id: uuid.UUID) -> Response:
        """Upload a new version of a file.

        Pages show it as soon as its check is over. It must be of the same kind; the answer describes the new version.
        """
        return await sync_to_async(self._replace)(request, file_id)

    def _replace(self, request: Request, file_id: uuid.UUID) -> Response:
        file = self.find(request, file_id)
        uploaded = _valid(UploadSerializer, request.data)["file"]
        received = services.receive(owner=file.owner, uploaded=uploaded, kinds=[file.kind])
        return self.detail(request, services.add_file(received, version_of=file).pk, 201)


class FileTrash(LibraryView):
    @describe(
        operation_id="trash_file", request_body=None, responses={200: FileDetailSerializer, **problem_responses(409)}
    )
    async def post(self, request: Request, file_id: uuid.UUID) -> Response:
        """Move a file with all its versions to the trash; refused while a page shows it (`file_in_use`)."""
        return await sync_to_async(self._trash)(request, file_id)

    def _trash(self, request: Request, file_id: uuid.UUID) -> Response:
        services.trash([self.find(request, file_id)])
        return self.detail(request, file_id)


class FileRestore(LibraryView):
    @describe(operation_id="restore_file", request_body=None, responses={200: FileDetailSerializer})
    async def post(self, request: Request, file_id: uuid.UUID) -> Response:
        """Take a file with all its versions out of the trash."""
        return await sync_to_async(self._restore)(request, file_id)

    def _restore(self, request: Request, file_id: uuid.UUID) -> Response:
        services.restore([self.find(request, file_id)])
        return self.detail(request, file_id)


class FileRetry(LibraryView):
    @describe(
        operation_id="retry_file", request_body=None, responses={200: FileDetailSerializer, **problem_responses(409)}
    )
    async def post(self, request: Request, file_id: uuid.UUID) -> Response:
        """Have a Failed file checked again (409 `not_failed` for any other)."""
        return await sync_to_async(self._retry)(request, file_id)

    def _retry(self, request: Request, file_id: uuid.UUID) -> Response:
        services.retry(self.find(request, file_id))
        return self.detail(request, file_id)


class FileUsage(LibraryView):
    parameters = PAGE

    @describe(
        operation_id="list_file_uses",
        manual_parameters=PAGE_PARAMETERS,
        responses={200: page_of(UseSerializer), **problem_responses(404)},
    )
    async def get(self, request: Request, file_id: uuid.UUID) -> Response:
        """What shows a file."""
        return await sync_to_async(self._list)(request, file_id)

    def _list(self, request: Request, file_id: uuid.UUID) -> Response:
        return self.page(request, usage.Uses(self.find(request, file_id).root_id), UseSerializer)


class DuplicateList(LibraryView):
    parameters = PAGE

    @describe(
        operation_id="list_duplicates",
        manual_parameters=PAGE_PARAMETERS,
        responses={200: page_of(GroupSerializer), **problem_responses(404)},
    )
    async def get(self, request: Request) -> Response:
        """Files that share their bytes, those groups first whose copies would take the most room."""
        return await sync_to_async(self._list)(request)

    def _list(self, request: Request) -> Response:
        return self.page(request, selection.Groups(reader_of(request)), GroupSerializer)


class OwnFiles(LibraryView):
    parameters = PAGE

    @describe(
        operation_id="list_own_files",
        manual_parameters=PAGE_PARAMETERS,
        responses={200: page_of(OwnFileSerializer), **problem_responses(404)},
    )
    async def get(self, request: Request) -> Response:
        """The caller's own files, the newest first, each with its versions."""
        return await sync_to_async(self._list)(request)

    def _list(self, request: Request) -> Response:
        return self.page(request, selection.own(reader_of(request)), OwnFileSerializer)
