"""Library files in serializers of Django REST framework."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User
from core.errors import NotAuthenticated
from files.models import MediaFile
from files.services import Received, receive
from uploads.fields import AsyncFileField

if TYPE_CHECKING:
    FileField = serializers.Field[Any, Any, Any, Any]
    AnySerializer = serializers.ModelSerializer[Any]
else:
    FileField, AnySerializer = serializers.Field, object


class AsyncFileSerializerField(FileField):
    """In: an upload of a multipart body, or the id of a library file of the caller's. Out: what is known of the file.

    `{"id", "name", "kind", "mime", "size", "status", "url"}`; `url` is the path of the bytes below the site, null until
    the check is Completed. A refused upload raises its Problem, so it is answered 413, 415, 422 or 507, not 400.
    """

    default_error_messages = {
        "not_found": _("There is no such file in your library, or it cannot be used here."),
    }

    class Meta:
        swagger_schema_fields: Mapping[str, Any] = {
            "type": "object",
            "title": "LibraryFile",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "name": {"type": "string"},
                "kind": {"type": "string", "enum": MediaFile.Kind.values},
                "mime": {"type": "string"},
                "size": {"type": "integer"},
                "status": {"type": "string", "enum": MediaFile.Status.values},
                "url": {"type": "string", "x-nullable": True},
            },
        }

    def __init__(self, *, kinds: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds = tuple(kinds)

    @property
    def _owner(self) -> User:
        user = self.context["request"].user
        if not isinstance(user, User):
            raise NotAuthenticated
        return user

    def to_internal_value(self, data: Any) -> MediaFile | Received:
        if isinstance(data, UploadedFile):
            return receive(owner=self._owner, uploaded=data, kinds=self.kinds)
        try:
            file_id = uuid.UUID(str(data))
        except ValueError:
            self.fail("not_found")
        file: MediaFile | None = (
            MediaFile.objects.choosable(self.kinds).readable_by(self._owner).filter(pk=file_id).first()
        )
        if file is None:
            self.fail("not_found")
        return file

    def to_representation(self, value: MediaFile) -> dict[str, Any]:
        shown = value.current or value
        return {
            "id": str(value.pk),
            "name": value.name,
            "kind": value.kind,
            "mime": shown.mime,
            "size": shown.size,
            "status": shown.status,
            "url": value.url,
        }


class AsyncFileSerializerMixin(AnySerializer):
    """For a ModelSerializer: its model's AsyncFileFields take and show files, where keys would be taken and shown."""

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, dict[str, Any]]:
        column = relation_info.model_field
        if not isinstance(column, AsyncFileField):
            return super().build_relational_field(field_name, relation_info)
        optional = {"required": False} if column.blank or column.has_default() else {}
        return AsyncFileSerializerField, {"kinds": column.kinds, "allow_null": column.null, **optional}
