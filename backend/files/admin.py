"""The library in the admin: every file with its live status, and what can be done with it."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_lists import CappedPaginator, any_case
from core.media_types import accept_attribute
from core.units import format_size
from files import services, usage
from files.admin_actions import LibraryActions
from files.admin_columns import LibraryColumns
from files.admin_filters import DuplicatesFilter, LetterFilter, TrashFilter
from files.admin_forms import MediaFileForm
from files.models import MediaFile, MediaFileQuerySet

if TYPE_CHECKING:
    Base = ModelAdmin[MediaFile]
    Form = ModelForm[MediaFile]
else:
    Base, Form = ModelAdmin, ModelForm


_PREVIEW = ("preview_large", "status_now")
_FACTS = ("library_path", "facts", "used_where", "all_versions")
_RECORD = ("owner", "created_at", "md5", "sha256", "stored_at")


class LibraryList(ChangeList):
    """Counts what the files of one page of the list need counted: two queries and one for each kind of user."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        files = self.result_list = list(self.result_list)
        roots = {file.root_id for file in files}
        used = usage.use_counts(roots)
        versions = MediaFile.objects.filter(root__in=roots).order_by().values_list("root").annotate(Max("version"))
        newest = dict(versions)
        for file in files:
            file.used, file.newest_version = used[file.root_id], newest.get(file.root_id, 1)


@admin.register(MediaFile)
class MediaFileAdmin(LibraryColumns, LibraryActions, Base):
    form = MediaFileForm
    list_display = ("preview", "named", "status_now", "sized", "used_in", "owner", "added")
    list_display_links = ("named",)
    list_filter = (
        *("status", "kind", DuplicatesFilter, TrashFilter),
        *(("created_at", admin.DateFieldListFilter), LetterFilter),
    )
    list_per_page = 20
    list_max_show_all = 0
    ordering = ("-created_at", "-id")
    sortable_by = ("named", "added")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Search by name")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    actions = ("retry_selected", "trash_selected", "restore_selected", "delete_selected")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": (*_PREVIEW, "name", *_FACTS)}),
        (gettext_lazy("For the record"), {"fields": _RECORD}),
    )
    readonly_fields = (*_PREVIEW, *_FACTS, *_RECORD)

    def get_urls(self) -> list[URLPattern]:
        return [*self.own_urls(), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Library"), **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LibraryList

    def get_queryset(self, request: HttpRequest) -> MediaFileQuerySet:
        files: MediaFileQuerySet = super().get_queryset(request)  # type: ignore[assignment]
        return files.readable_by(request.user).select_related("owner", "blob", "duplicate_of")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(any_case("name", search_term)), False

    def choice_text(self, file: MediaFile) -> str:
        """What a search from another form shows of a file."""
        day = formats.date_format(timezone.localtime(file.created_at), "SHORT_DATE_FORMAT")
        parts = [file.name, format_size(file.size), day]
        if file.status != MediaFile.Status.COMPLETED:
            parts.append(file.get_status_display())
        return " · ".join(parts)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        kind = context["original"].kind if context.get("original") else ""
        context.update(show_save_and_add_another=False, show_save_and_continue=False, accept=accept_attribute((kind,)))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: MediaFile, form: Form, change: bool) -> None:
        services.rename(obj, name=form.cleaned_data["name"])

    def response_change(self, request: HttpRequest, obj: MediaFile) -> HttpResponse:
        obj.refresh_from_db()
        return super().response_change(request, obj)
