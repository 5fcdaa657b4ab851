"""Pages, their contents, and the content types.

To add a type, write one class here that inherits `ContentFileBaseModel` (or `Content`, when it shows no file) and make
a migration; the admin, the API, the counters, the cache and Swagger find it through `content.registry`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.fields import CounterField
from content.registry import CONTENT_TYPES_CHOICES
from uploads.fields import AsyncFileField

only_http = URLValidator(schemes=["http", "https"])
_SHOWN = Q(is_published=True)


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> "PageQuerySet":
        """Pages that visitors may see now."""
        return self.filter(due(timezone.now()), is_published=True)

    def scheduled(self) -> "PageQuerySet":
        """Pages that will show themselves later."""
        return self.filter(is_published=True, publish_at__gt=timezone.now())


def due(now: datetime) -> Q:
    """That a page's hour has come, or that it has none."""
    return Q(publish_at=None) | Q(publish_at__lte=now)


class Page(models.Model):
    """A page: a title, a text and its ordered contents.

    `views` is the sum of its contents' counters as of the last flush; it serves `ordering=-views`.
    """

    title = models.CharField(_("title"), max_length=255)
    text = models.TextField(_("text"), blank=True)
    is_published = models.BooleanField(_("published"), default=True)
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Leave empty to show the page as soon as it is published.")
    )
    views = CounterField(_("views"), default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects: ClassVar = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="page_newest"),
            # One for each order of the public list. They hold all that the list asks of a page before it is shown, so
            # the thousandth page of the list is found without reading the rows before it.
            models.Index(
                fields=["-created_at", "-id", "publish_at", "is_published"], condition=_SHOWN, name="page_shown_newest"
            ),
            models.Index(
                fields=["title", "id", "publish_at", "is_published"], condition=_SHOWN, name="page_shown_title"
            ),
            models.Index(
                fields=["-views", "-id", "publish_at", "is_published"], condition=_SHOWN, name="page_shown_most_viewed"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown(self) -> bool:
        """Whether visitors may see the page now."""
        return self.is_published and (self.publish_at is None or self.publish_at <= timezone.now())


class Content(models.Model):
    """One thing on a page. All types share this table, so a content's id is unique across types.

    The columns that a type adds are shown in its JSON (see `content.type_json`), but for those in `json_hidden`.
    """

    json_hidden: ClassVar[Iterable[str]] = ()

    # Editors know a content by its page; the library names that where a file is used.
    part_of: ClassVar = "page"

    page = models.ForeignKey(Page, models.CASCADE, related_name="contents", verbose_name=_("page"))
    title = models.CharField(_("title"), max_length=255)
    order = models.PositiveIntegerField(_("order"), default=0)
    counter = CounterField(_("views"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    content_type = models.CharField(_("type"), max_length=50, choices=CONTENT_TYPES_CHOICES, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        ordering: ClassVar = ["order", "id"]
        indexes: ClassVar = [
            models.Index(fields=["page", "order", "id"], name="content_on_page"),
            models.Index(fields=["content_type", "page"], name="content_of_type"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The base class by itself is no type: what is loaded as a plain Content keeps the type it has.
        self.content_type = self.type_name() or self.content_type
        super().save(*args, **kwargs)

    @classmethod
    def type_name(cls) -> str:
        """The type's word in JSON and URLs: the class name without `Content`, in lower case."""
        return cls.__name__.removesuffix("Content").lower()


class ContentFileBaseModel(Content):
    """A content that shows a library file, or something at another address.

    In JSON the file is `<type>_path` and the address `<type>_url`. `file_kinds` lists the library kinds it accepts;
    none means any. `file_or_url` names a further file of the library with the address that stands in for it: JSON has
    one key for the two, the address's.
    """

    file_kinds: ClassVar[Iterable[str]] = ()
    file_or_url: ClassVar[Mapping[str, str]] = {}

    file = AsyncFileField(verbose_name=_("file"), null=True, blank=True)
    url = models.URLField(_("external URL"), max_length=500, blank=True, validators=[only_http])

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        file_field = cast("AsyncFileField", self._meta.get_field("file"))
        if not self.file and not self.url and not file_field.has_received(self):
            raise ValidationError(_("Choose or upload a file, or give a URL."))


class VideoContent(ContentFileBaseModel):
    """A video, with subtitles from the library or from another address."""

    file_kinds = ("video",)
    file_or_url: ClassVar = {"subtitles": "subtitles_url"}

    subtitles = AsyncFileField(verbose_name=_("subtitles"), null=True, blank=True, file_restrictions=["subtitles"])
    subtitles_url = models.URLField(_("subtitles URL"), max_length=500, blank=True, validators=[only_http])

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")


class AudioContent(ContentFileBaseModel):
    """A sound recording, with its text."""

    file_kinds = ("audio",)

    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("audio")
        verbose_name_plural = _("audios")


class ImageContent(ContentFileBaseModel):
    """A picture."""

    file_kinds = ("image",)

    alt = models.CharField(_("alternative text"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")


class DocumentContent(ContentFileBaseModel):
    """A document to read or download."""

    file_kinds = ("document",)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class PageChange(models.Model):
    """A note, written in the transaction of an edit, that a page's cached JSON is out of date.

    The caches are renewed after commit; the sweeper renews them again and then deletes the note, so neither a crash
    just after the commit nor a Redis that was away leaves an old page behind. `page_id` is plain, for the page may be
    gone.
    """

    page_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("page change")
        verbose_name_plural = _("page changes")

    def __str__(self) -> str:
        return f"page {self.page_id} at {self.created_at}"


class CounterBatch(models.Model):
    """A batch of views that has been added to the database; its id makes a second delivery change nothing."""

    id = models.UUIDField(primary_key=True, editable=False)
    applied_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("counter batch")
        verbose_name_plural = _("counter batches")

    def __str__(self) -> str:
        return str(self.id)
