"""Lists of the admin that stay quick however many rows there are."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

COUNT_AT_MOST = 10_000
ACTION_AT_MOST = 1000
Row = TypeVar("Row", bound=Model)


class CappedPaginator(Paginator):  # type: ignore[type-arg] # generic for the type checker only
    """Counts to 10,000 and no further: whoever has more rows searches or filters, and does not turn pages."""

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: COUNT_AT_MOST + 1].count() if isinstance(rows, QuerySet) else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNT_AT_MOST)

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        """Where nothing was counted nothing is fetched: looking for it would read every row once more."""
        if not self.count and isinstance(self.object_list, QuerySet):
            self.object_list = self.object_list.none()
        return super().page(number)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than `count` says."""
        return self._counted > COUNT_AT_MOST


def chosen_rows(model_admin: "ModelAdmin[Any]", request: HttpRequest, rows: "QuerySet[Row]") -> "list[Row]":
    """The rows an action is for; none, with a message that says why, when there are too many or none at all.

    An action does each row by itself, so “all rows that match” must not mean a million.
    """
    found = list(rows[: ACTION_AT_MOST + 1])
    if len(found) > ACTION_AT_MOST:
        text = _("Choose at most %(number)d at a time.") % {"number": ACTION_AT_MOST}
        model_admin.message_user(request, text, messages.WARNING)
        return []
    if not found:
        model_admin.message_user(request, _("None of those chosen is one for this action."), messages.WARNING)
    return found


def short_date(moment: datetime) -> SafeString:
    """A day that fits into a column; the moment is shown to whoever points at it."""
    local = localtime(moment)
    day, whole = date_format(local, "SHORT_DATE_FORMAT"), date_format(local, "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), whole, day)


def any_case(field: str, term: str) -> Q:
    """Rows whose `field` contains every word of `term`, in any case.

    SQLite folds ASCII letters only, so for other scripts the three ways in which people write words are looked for.
    """
    condition = Q()
    for word in term.split():
        spellings = {word, word.lower(), word.upper(), word.capitalize()} if not word.isascii() else {word}
        condition &= Q(*((f"{field}__icontains", spelling) for spelling in sorted(spellings)), _connector=Q.OR)
    return condition
