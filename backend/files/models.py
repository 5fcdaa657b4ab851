"""The library's one model."""

import uuid
from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.names import first_letter
from storage.models import Blob


def choosable(kinds: Sequence[str] = ()) -> Q:
    """The condition of `MediaFile.objects.choosable`, for a field's choices."""
    condition = Q(deleted_at=None, root=F("id")) & ~Q(status="Failed", current=None)
    return condition & Q(kind__in=kinds) if kinds else condition


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    def live(self) -> "MediaFileQuerySet":
        return self.filter(deleted_at=None)

    def roots(self) -> "MediaFileQuerySet":
        """One row per file: the first of its versions, which pages point at."""
        return self.filter(root=F("id"))

    def choosable(self, kinds: Sequence[str] = ()) -> "MediaFileQuerySet":
        """Files that may be chosen to be shown: of these kinds (none: any), not in the trash, and not just Failed."""
        return self.filter(choosable(kinds))

    def claimable(self) -> "MediaFileQuerySet":
        """Rows whose check waits for a worker, or whose worker has been silent past its lease."""
        expired = Q(status=MediaFile.Status.PROCESSING, lease_until__lt=timezone.now())
        return self.filter(Q(status=MediaFile.Status.PENDING) | expired)

    def readable_by(self, user: "settings.AUTH_USER_MODEL") -> "MediaFileQuerySet":  # type: ignore[name-defined]
        if user.is_staff:
            return self
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()


class MediaFile(models.Model):
    """A file as people see it. Many may share one blob; versions of one file share a `root`.

    `status` moves Pending → Processing → Completed or Failed and is set in `files.finalize` alone. `attempt` numbers
    the claims and never goes back: a worker whose number is no longer current writes nothing; a Retry raises
    `attempts_allowed` (FILE_MAX_ATTEMPTS while null). `incoming` names the received bytes until
    the check is over. `current` is kept on root rows: the newest Completed version, which pages show. `letter` follows
    `name` and says where it stands in the alphabetical register (`core.names.first_letter`).
    """

    class Kind(models.TextChoices):
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")
        IMAGE = "image", _("Image")
        DOCUMENT = "document", _("Document")
        SUBTITLES = "subtitles", _("Subtitles")

    class Status(models.TextChoices):
        PENDING = "Pending", _("Pending")
        PROCESSING = "Processing", _("Processing")
        COMPLETED = "Completed", _("Completed")
        FAILED = "Failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255)
    letter = models.CharField(_("first letter"), max_length=1, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="media_files", verbose_name=_("owner")
    )
    mime = models.CharField(_("media type"), max_length=100)
    size = models.BigIntegerField(_("size in bytes"))
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="media_files", verbose_name=_("blob"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    error_code = models.CharField(_("error code"), max_length=50, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    attempt = models.PositiveIntegerField(_("attempts"), default=0)
    attempts_allowed = models.PositiveIntegerField(_("attempts allowed"), null=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    incoming = models.CharField(_("incoming file"), max_length=64, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="duplicates", verbose_name=_("same as")
    )
    root = models.ForeignKey("self", models.CASCADE, related_name="versions", verbose_name=_("first version"))
    version = models.PositiveIntegerField(_("version"), default=1)
    current = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", verbose_name=_("newest completed version")
    )
    duration = models.FloatField(_("duration in seconds"), null=True)
    width = models.PositiveIntegerField(_("width in pixels"), null=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    deleted_at = models.DateTimeField(_("moved to trash at"), null=True)

    objects: ClassVar = MediaFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["root", "version"], name="one_row_per_version"),
            models.CheckConstraint(
                condition=~Q(status="Completed") | Q(blob__isnull=False), name="completed_has_a_blob"
            ),
        ]
        indexes = [
            # One for each way to list the library. They end with what tells the trash apart, so that rows are counted
            # without being read.
            models.Index(fields=["-created_at", "-id", "deleted_at"], name="file_newest"),
            models.Index(
                fields=["status", "lease_until"],
                condition=Q(status__in=["Pending", "Processing"]),
                name="file_waiting",
            ),
            models.Index(fields=["kind", "-created_at", "-id", "deleted_at"], name="file_kind"),
            models.Index(fields=["status", "-created_at", "-id", "deleted_at"], name="file_status"),
            models.Index(fields=["letter", "-created_at", "-id", "deleted_at"], name="file_letter"),
            models.Index(fields=["owner", "-created_at", "-id", "deleted_at"], name="file_owner"),
            models.Index(fields=["name"], name="file_name"),
            models.Index(
                fields=["-created_at", "-id", "deleted_at"],
                condition=Q(duplicate_of__isnull=False),
                name="file_duplicates",
            ),
            models.Index(
                fields=["-created_at", "-id", "deleted_at"], condition=Q(deleted_at__isnull=False), name="file_trash"
            ),
            models.Index(fields=["updated_at"], name="file_updated"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.root_id = self.root_id or self.id
        self.letter = first_letter(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def shown(self) -> "MediaFile | None":
        """The version that pages show, if any is Completed. Read on a root row."""
        return self.current if self.deleted_at is None else None

    @property
    def library_path(self) -> str:
        """`<kind>/YYYY/MM/DD/<name>`: where a person would look for it; never the blob's path."""
        return f"{self.kind}/{self.created_at:%Y/%m/%d}/{self.name}"

    @property
    def url(self) -> str | None:
        """Path of the bytes below the site, or None while there are none to show."""
        shown = self.shown
        return None if shown is None or shown.blob is None else settings.MEDIA_URL + shown.blob.path
