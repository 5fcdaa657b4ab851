"""The filters of the library's list."""

import string
from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from files.models import MediaFile

if TYPE_CHECKING:
    LibraryAdmin = ModelAdmin[MediaFile]
else:
    LibraryAdmin = ModelAdmin

CYRILLIC = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"


class DuplicatesFilter(SimpleListFilter):
    title = _("duplicates")
    parameter_name = "same"

    def lookups(self, request: HttpRequest, model_admin: LibraryAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Same as an earlier file"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(duplicate_of__isnull=False) if self.value() == "yes" else queryset


class TrashFilter(SimpleListFilter):
    """The list shows what is not in the trash unless asked otherwise, so there is no “All”."""

    title = _("place")
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: LibraryAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Trash"))]

    def choices(self, changelist: ChangeList) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("Library")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


class LetterFilter(SimpleListFilter):
    """The alphabetical register, Latin and Cyrillic. All letters are offered: to find the used ones reads every row."""

    title = _("first letter")
    parameter_name = "letter"
    template = "admin/letter_filter.html"

    def lookups(self, request: HttpRequest, model_admin: LibraryAdmin) -> list[tuple[str, Any]]:
        letters = [(letter, letter) for letter in (*string.ascii_uppercase, *CYRILLIC)]
        return [*letters, ("0", _("0–9")), ("#", _("Other"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(letter=self.value()) if self.value() else queryset
