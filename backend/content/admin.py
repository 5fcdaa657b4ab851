"""Pages in the admin: one form for a page and all its contents, whatever types there are."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import services
from content.admin_columns import PageColumns, page_url
from content.admin_contents import inline_of
from content.admin_filters import StateFilter, TypeFilter
from content.admin_overview import overviews
from content.models import Content, Page
from content.registry import content_types
from core.admin_lists import CappedPaginator, any_case, chosen_rows
from uploads.admin import AsyncFileAdminMixin

if TYPE_CHECKING:
    PageForm = ModelForm[Page]
    PageAdminBase = ModelAdmin[Page]
else:
    PageForm, PageAdminBase = ModelForm, ModelAdmin


class PageList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Each page of the list comes with what its row says of contents and files."""
        super().get_results(request)
        pages = self.result_list = list(self.result_list)
        found = overviews([page.pk for page in pages])
        for page in pages:
            page.overview = found[page.pk]


@admin.register(Page)
class PageAdmin(PageColumns, AsyncFileAdminMixin, PageAdminBase):
    list_display = ("title", "state", "contents_shown", "files_now", "views", "created", "look")
    list_filter = (StateFilter, TypeFilter, ("created_at", admin.DateFieldListFilter))
    list_per_page = 20
    list_max_show_all = 0
    sortable_by = ("title", "views", "created")
    search_fields = ("title", "text")
    search_help_text = gettext_lazy("Search in titles and texts")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    actions = ("publish_selected", "unpublish_selected")
    save_on_top = True
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("title", "text")}),
        (gettext_lazy("Publication"), {"fields": (("is_published", "publish_at"),)}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [inline_of(model) for model in content_types().values()]

    def view_on_site(self, obj: Any) -> str:
        return page_url(obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Pages"), **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(any_case("title", search_term) | any_case("text", search_term)), False

    def save_related(self, request: HttpRequest, form: PageForm, formsets: Any, change: bool) -> None:
        """Contents without a place come after the others, in the order in which the form shows them."""
        last = Content.objects.filter(page=form.instance).aggregate(last=Max("order"))["last"] or 0
        contents = [entry for formset in formsets for entry in formset.forms if entry.has_changed()]
        last = max([last, *(entry.instance.order or 0 for entry in contents)])
        for entry in contents:
            if entry.instance.order is None:
                last += 1
                entry.instance.order = last
        super().save_related(request, form, formsets, change)

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Page]) -> None:
        pages = chosen_rows(self, request, queryset)
        if pages:
            count = services.publish(pages=pages)
            self.message_user(request, _("Published: %(number)d.") % {"number": count})

    @admin.action(description=gettext_lazy("Take off the site"), permissions=["change"])
    def unpublish_selected(self, request: HttpRequest, queryset: QuerySet[Page]) -> None:
        pages = chosen_rows(self, request, queryset)
        if pages:
            count = services.unpublish(pages=pages)
            self.message_user(request, _("Taken off the site: %(number)d.") % {"number": count})
