"""The filters of the admin's list of pages."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from content.models import Content, Page
from content.registry import CONTENT_TYPES_CHOICES

if TYPE_CHECKING:
    PagesAdmin = ModelAdmin[Page]
else:
    PagesAdmin = ModelAdmin


class StateFilter(SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: PagesAdmin) -> list[tuple[str, Any]]:
        return [("published", _("Published")), ("scheduled", _("Scheduled")), ("draft", _("Draft"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "published":
            return queryset & Page.objects.published()
        if self.value() == "scheduled":
            return queryset & Page.objects.scheduled()
        return queryset.filter(is_published=False) if self.value() == "draft" else queryset


class TypeFilter(SimpleListFilter):
    title = _("type of content")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: PagesAdmin) -> list[tuple[str, Any]]:
        return [(name, capfirst(label)) for name, label in CONTENT_TYPES_CHOICES()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Content.objects.filter(content_type=self.value()).values("page"))
