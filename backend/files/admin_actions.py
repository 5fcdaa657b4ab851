"""What can be done with several files of the library's list at once."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_lists import chosen_rows
from core.errors import Problem
from files import services
from files.admin_usage import refusal
from files.admin_views import LibraryViews
from files.models import MediaFile, MediaFileQuerySet

# So many refusals are given with their reasons.
_REASONS = 10


class LibraryActions(LibraryViews):
    @admin.action(description=gettext_lazy("Check again (Failed files)"), permissions=["change"])
    def retry_selected(self, request: HttpRequest, queryset: MediaFileQuerySet) -> None:
        self._each(request, queryset, services.retry, _("Being checked again: %(number)d."))

    @admin.action(description=gettext_lazy("Move to the trash"), permissions=["delete"])
    def trash_selected(self, request: HttpRequest, queryset: MediaFileQuerySet) -> None:
        self._each(request, queryset.live(), partial(self.remove, request), _("Moved to the trash: %(number)d."))

    @admin.action(description=gettext_lazy("Restore from the trash"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: MediaFileQuerySet) -> None:
        def restore(file: MediaFile) -> None:
            services.restore([file])

        trashed = queryset.exclude(deleted_at=None)
        self._each(request, trashed, restore, _("Taken out of the trash: %(number)d."))

    @admin.action(description=gettext_lazy("Delete for good (files in the trash)"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: MediaFileQuerySet) -> None:
        trashed = queryset.exclude(deleted_at=None)
        self._each(request, trashed, partial(self.remove, request), _("Deleted for good: %(number)d."))

    def _each(
        self, request: HttpRequest, queryset: MediaFileQuerySet, do: Callable[[MediaFile], None], text: str
    ) -> None:
        """Do it with each file that allows it, and say of the others why not."""
        files = chosen_rows(self, request, queryset)
        refused = []
        for file in files:
            try:
                do(file)
            except Problem as problem:
                refused.append(refusal(file, problem))
        done = len(files) - len(refused)
        if done:
            self.message_user(request, text % {"number": done}, messages.SUCCESS)
        for reason in refused[:_REASONS]:
            self.message_user(request, reason, messages.WARNING)
        if len(refused) > _REASONS:
            more = _("… and %(number)d more were left as they are.") % {"number": len(refused) - _REASONS}
            self.message_user(request, more, messages.WARNING)
