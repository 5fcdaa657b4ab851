from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models import Content, ContentFileBaseModel
from uploads.fields import AsyncImageField


class PodcastContent(ContentFileBaseModel):
    """An episode, with a cover beside its sound."""

    file_kinds = ("audio",)
    json_hidden: ClassVar = ("note",)

    cover = AsyncImageField(verbose_name=_("cover"), null=True, blank=True)
    season = models.PositiveIntegerField(_("season"), default=1)
    recorded_on = models.DateField(_("recorded on"), null=True, blank=True)
    price = models.DecimalField(_("price"), max_digits=6, decimal_places=2, null=True, blank=True)
    guests = models.JSONField(_("guests"), default=list, blank=True)
    page_link = models.URLField(_("page of the episode"), blank=True)
    note = models.TextField(_("note for editors"), blank=True)

    class Meta:
        verbose_name = _("podcast episode")
        verbose_name_plural = _("podcast episodes")


class QuoteContent(Content):
    """A type that shows no file."""

    said_by = models.CharField(_("said by"), max_length=100)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
