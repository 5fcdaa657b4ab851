"""Pages in the admin: one form for a page and all its contents, whatever types there are."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin, ModelAdmin, StackedInline
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content import services
from content.admin_filters import StateFilter, TypeFilter
from content.admin_overview import PageOverview, overviews
from content.models import Content, Page
from content.registry import content_types
from content.type_json import file_fields
from core.admin_lists import CappedPaginator, any_case, chosen_rows
from files.badges import badge, change_url
from uploads.admin import AsyncFileAdminMixin, AsyncFileInlineMixin

if TYPE_CHECKING:
    PageForm, AnyContentForm = ModelForm[Page], ModelForm[Content]
    ContentFormSetBase = BaseInlineFormSet[Content, Page, AnyContentForm]
    ContentInlineBase = StackedInline[Content, Page]
    PageAdminBase = ModelAdmin[Page]
else:
    PageForm = AnyContentForm = ModelForm
    ContentFormSetBase, ContentInlineBase, PageAdminBase = BaseInlineFormSet, StackedInline, ModelAdmin

_LARGEST = 2**31 - 1


class ContentForm(AnyContentForm):
    """The place of a content may be left empty: it then comes after the others."""

    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        required=False,
        min_value=0,
        max_value=_LARGEST,
        help_text=gettext_lazy("Contents are shown from the lowest to the highest; empty puts it at the end."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["order"] = None


class ContentFormSet(ContentFormSetBase):
    """All types hang on a page by the same relation, so their forms are told apart by the type's name."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.model.type_name()


class ContentInline(AsyncFileInlineMixin, ContentInlineBase):
    form = ContentForm
    formset = ContentFormSet
    # One empty form to fill in without JavaScript; with it, empty ones are taken away and added by a button.
    extra = 1
    readonly_fields = ("counter",)

    def get_fieldsets(self, request: HttpRequest, obj: Page | None = None) -> Any:
        """The title, what the type adds, and then what all types have."""
        common = {column.name for column in Content._meta.fields}
        own = [
            column.name
            for column in self.model._meta.fields
            if column.editable and column.name not in common and not column.primary_key
        ]
        return [(None, {"fields": ["title", *own, ("order", "is_active"), "counter"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Content]:
        """With all that the control of a file shows, so that no content asks for it by itself."""
        shown = ("blob", "duplicate_of", "current__blob", "current__duplicate_of")
        related = [f"{name}__{path}" for name in file_fields(self.model) for path in shown]
        return super().get_queryset(request).select_related(*related)


@cache
def inline_of(model: type[Content]) -> "type[InlineModelAdmin[Content, Page]]":
    """The inline of a content type; made from its model, so a new type needs no line here."""
    return type(f"{model.__name__}Inline", (ContentInline,), {"model": model})


class PageList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Each page of the list comes with what its row says of contents and files."""
        super().get_results(request)
        pages = self.result_list = list(self.result_list)
        found = overviews([page.pk for page in pages])
        for page in pages:
            page.overview = found[page.pk]


@admin.register(Page)
class PageAdmin(AsyncFileAdminMixin, PageAdminBase):
    list_display = ("title", "state", "contents_shown", "files_now", "views", "created_at", "look")
    list_filter = (StateFilter, TypeFilter, ("created_at", admin.DateFieldListFilter))
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ("title", "views", "created_at")
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

    class Media:
        js: ClassVar[Sequence[str]] = ["quayside/page_form.js"]

    def get_inlines(self, request: HttpRequest, obj: Page | None) -> Any:
        return [inline_of(model) for model in content_types().values()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Page], search_term: str
    ) -> tuple[QuerySet[Page], bool]:
        return queryset.filter(any_case("title", search_term) | any_case("text", search_term)), False

    def view_on_site(self, page: Page) -> str:
        return reverse("front-page-detail", args=[page.pk])

    # --- Columns ------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def state(self, page: Page) -> SafeString:
        if page.is_shown:
            return format_html('<span class="status-badge status-published">{}</span>', _("Published"))
        if page.is_published and page.publish_at:
            hour = date_format(localtime(page.publish_at), "SHORT_DATETIME_FORMAT")
            return format_html('<span class="status-badge status-scheduled">{} {}</span>', _("Scheduled"), hour)
        return format_html('<span class="status-badge">{}</span>', _("Draft"))

    @admin.display(description=gettext_lazy("contents"))
    def contents_shown(self, page: Page) -> int:
        overview: PageOverview = page.overview  # type: ignore[attr-defined] # given by PageList
        return overview.contents

    @admin.display(description=gettext_lazy("files"))
    def files_now(self, page: Page) -> SafeString | str:
        """Files whose check is not over by name, the others as a number; all of them live."""
        overview: PageOverview = page.overview  # type: ignore[attr-defined] # given by PageList
        if not overview.files:
            return "–"
        lines = [
            format_html('<a href="{}">{}</a> {}', change_url(state["id"]), state["name"], badge(state))
            for state in overview.unfinished[:5]
        ]
        more = len(overview.unfinished) - len(lines)
        if more:
            lines.append(format_html("{}", _("and %(number)d more") % {"number": more}))
        if overview.ready:
            text = ngettext("%(number)d ready", "%(number)d ready", overview.ready) % {"number": overview.ready}
            lines.append(format_html('<span class="status-badge status-completed">{}</span>', text))
        return format_html(
            '<div class="page-files">{}</div>', format_html_join("", "<div>{}</div>", ((x,) for x in lines))
        )

    @admin.display(description="")
    def look(self, page: Page) -> SafeString:
        site = format_html('<a href="{}">{}</a>', self.view_on_site(page), _("View"))
        if not page.is_shown:
            return site
        return format_html('{} · <a href="{}">API</a>', site, reverse("page-detail", args=[page.pk]))

    # --- Saving -------------------------------------------------------------------------------------------------

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

    # --- Actions ------------------------------------------------------------------------------------------------

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
