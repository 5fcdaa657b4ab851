"""What the list of pages shows of each."""

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content.admin_overview import PageOverview
from content.models import Page
from core.admin_lists import short_date
from files.badges import badge, change_url


def page_url(page: Page) -> str:
    """Where people see the page."""
    return reverse("front-page-detail", args=[page.pk])


class PageColumns:
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

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, page: Page) -> SafeString:
        return short_date(page.created_at)

    @admin.display(description="")
    def look(self, page: Page) -> SafeString:
        return format_html('<a href="{}">{}</a>', page_url(page), _("View"))
