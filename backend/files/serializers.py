"""What the library API takes and gives."""

from datetime import UTC, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from files.models import MediaFile
from files.usage import Use

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def _sensible(moment: datetime) -> None:
    """Keeps out moments that fall off the calendar when a database moves them to another time zone."""
    if not _EARLIEST <= moment < _LATEST:
        raise serializers.ValidationError(_("A time between the years 1900 and 9000."))


class ListQuerySerializer(serializers.Serializer[Any]):
    """The query of the list of files."""

    kind = serializers.ChoiceField(choices=MediaFile.Kind.choices, required=False)
    status = serializers.ChoiceField(choices=MediaFile.Status.choices, required=False)
    created_after = serializers.DateTimeField(required=False, validators=[_sensible])
    created_before = serializers.DateTimeField(required=False, validators=[_sensible])
    search = serializers.CharField(required=False, max_length=200, help_text=_("Words that the name contains."))
    duplicates = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Only files that are, or are not, the same as another."),
    )
    trash = serializers.BooleanField(required=False, default=False, help_text=_("The files in the trash instead."))

    class Meta:
        ref_name = "FileQuery"


class UploadSerializer(serializers.Serializer[Any]):
    # An empty file is refused with a code of its own.
    file = serializers.FileField(allow_empty_file=True, help_text=_("The file with its name."))

    class Meta:
        ref_name = "Upload"


class RenameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text=_("The extension must stay what the file is."))

    class Meta:
        ref_name = "Rename"


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    attempts = serializers.IntegerField()

    class Meta:
        # Described in place: Swagger 2 cannot say of a reference that it may be null.
        ref_name = None


class VersionSerializer(serializers.Serializer[Any]):
    """One version of a file; reads `files.described.Described`."""

    id = serializers.UUIDField(source="file.pk")
    version = serializers.IntegerField(source="file.version")
    name = serializers.CharField(source="file.name")
    status = serializers.ChoiceField(source="file.status", choices=MediaFile.Status.choices)
    error = ErrorSerializer(allow_null=True)
    available = serializers.BooleanField(help_text=_("Whether the bytes can be read."))
    size = serializers.IntegerField(source="file.size", help_text=_("Bytes."))
    md5 = serializers.CharField(source="blob.md5", default=None, allow_null=True)
    sha256 = serializers.CharField(source="blob.sha256", default=None, allow_null=True)
    download_url = serializers.CharField()
    created_at = serializers.DateTimeField(source="file.created_at")

    class Meta:
        ref_name = "FileVersion"


class FileSerializer(VersionSerializer):
    """A file, or one of its later versions, as the API's lists show it."""

    root_id = serializers.UUIDField(
        source="file.root_id", help_text=_("Id of the first version, which stands for the file.")
    )
    kind = serializers.ChoiceField(source="file.kind", choices=MediaFile.Kind.choices)
    mime = serializers.CharField(source="file.mime")
    owner = serializers.CharField()
    duplicate_of = serializers.UUIDField(
        allow_null=True, help_text=_("An earlier file with the same bytes, if the caller may read it.")
    )
    url = serializers.CharField(allow_null=True, help_text=_("Path of the bytes as pages show them; for staff."))
    width = serializers.IntegerField(source="file.width", allow_null=True, help_text=_("Pixels."))
    height = serializers.IntegerField(source="file.height", allow_null=True, help_text=_("Pixels."))
    duration = serializers.FloatField(source="file.duration", allow_null=True, help_text=_("Seconds."))
    library_path = serializers.CharField(source="file.library_path")
    updated_at = serializers.DateTimeField(source="file.updated_at")
    deleted_at = serializers.DateTimeField(
        source="file.deleted_at", allow_null=True, help_text=_("When it was moved to the trash.")
    )

    class Meta:
        ref_name = "File"


class FileDetailSerializer(FileSerializer):
    versions = VersionSerializer(many=True)

    class Meta:
        ref_name = "FileDetail"


class UseSerializer(serializers.Serializer[Use]):
    """An object that shows a file."""

    type = serializers.CharField(source="whole._meta.label_lower")
    id = serializers.CharField(source="whole.pk")
    title = serializers.CharField(source="whole", allow_blank=True)
    field = serializers.SerializerMethodField()
    admin_url = serializers.SerializerMethodField(help_text=_("For staff."))

    class Meta:
        ref_name = "FileUse"

    def get_field(self, use: Use) -> str:
        return f"{use.instance._meta.model_name}.{use.field}"

    def get_admin_url(self, use: Use) -> str | None:
        if not self.context["request"].user.is_staff:
            return None
        opts = use.whole._meta
        try:
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[use.whole.pk])
        except NoReverseMatch:
            # A model without an admin of its own.
            return None


class SameFileSerializer(serializers.ModelSerializer[MediaFile]):
    owner = serializers.CharField(source="owner.username")

    class Meta:
        model = MediaFile
        fields = ("id", "name", "kind", "owner", "created_at")
        read_only_fields = fields
        ref_name = "SameFile"


class GroupSerializer(serializers.Serializer[Any]):
    """Files that share their bytes, which are stored once."""

    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text=_("Bytes of one."))
    count = serializers.IntegerField(help_text=_("Files; the first of them are listed."))
    saved = serializers.IntegerField(help_text=_("Bytes that the copies would take."))
    files = SameFileSerializer(many=True)

    class Meta:
        ref_name = "DuplicateGroup"


class OwnVersionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    filename = serializers.CharField(source="name")
    created_at = serializers.DateTimeField()
    download_url = serializers.SerializerMethodField()

    class Meta:
        ref_name = "OwnVersion"

    def get_download_url(self, file: MediaFile) -> str:
        return f"/storage/download/{file.pk}/"


class OwnFileSerializer(OwnVersionSerializer):
    versions = OwnVersionSerializer(many=True)

    class Meta:
        ref_name = "OwnFile"
