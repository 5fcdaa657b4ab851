"""The library's own pages and buttons in the admin; mixed into its ModelAdmin.

Everything that changes a file is a POST and goes through `files.services`; what that refuses is shown as a message.
"""

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import NotFound, PermissionRefused, Problem
from core.media_types import accept_attribute
from files import services
from files.admin_forms import NewFilesForm, NewVersionForm
from files.admin_usage import refusal, used_by
from files.models import MediaFile
from files.states import state_of
from files.thumbnails import SIZES, make_thumbnail
from storage import disk

if TYPE_CHECKING:
    Base = ModelAdmin[MediaFile]
else:
    Base = object

FORM_MEDIA = Media(css={"all": ["quayside/async_file.css"]}, js=["quayside/async_file.js"])
LIST = "admin:files_mediafile_changelist"
_YEAR = 31_536_000


class LibraryViews(Base):
    def own_urls(self) -> list[URLPattern]:
        """Before Django's own, whose last pattern takes everything."""
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:file_id>/retry/", wrap(require_POST(self.retry_view)), name="files_mediafile_retry"),
            path("<uuid:file_id>/restore/", wrap(require_POST(self.restore_view)), name="files_mediafile_restore"),
            path("<uuid:file_id>/replace/", wrap(require_POST(self.replace_view)), name="files_mediafile_replace"),
            path(
                "<uuid:file_id>/thumbnail/<str:size>/",
                wrap(require_safe(self.thumbnail_view), cacheable=True),
                name="files_mediafile_thumbnail",
            ),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One upload or several; each is taken or refused by itself."""
        if not self.has_add_permission(request):
            raise PermissionRefused
        sent = request.method == "POST"
        form = NewFilesForm(request.POST, request.FILES) if sent else NewFilesForm()
        if sent and form.is_valid() and self._add(request, form):
            return HttpResponseRedirect(reverse(LIST))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add files"),
            "form": form,
            "accept": accept_attribute(),
            "max_size": settings.MAX_UPLOAD_SIZE,
            "media": self.media + FORM_MEDIA,
        }
        return TemplateResponse(request, "admin/files/mediafile/add_form.html", {**context, **(extra_context or {})})

    def _add(self, request: HttpRequest, form: NewFilesForm) -> bool:
        """Take what can be taken; False, with the reasons in the form, when something was refused."""
        added = []
        for uploaded in form.cleaned_data["uploads"]:
            try:
                received = services.receive(owner=request.user, uploaded=uploaded)  # type: ignore[arg-type]
                file = services.add_file(received)
            except Problem as problem:
                form.add_error("uploads", f"{uploaded.name}: {problem.detail or problem.title}")
            else:
                self.log_addition(request, file, [{"added": {}}])
                added.append(file)
        if added:
            text = ngettext(
                "%(number)d file was received and is being checked.",
                "%(number)d files were received and are being checked.",
                len(added),
            )
            messages.success(request, text % {"number": len(added)})
        return form.is_valid()

    def replace_view(self, request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
        """A new version of a file, which pages show as soon as it is Completed."""
        file = self._changeable(request, file_id)
        form = NewVersionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._refused(request, str(form.errors["file"][0]))

        def add() -> None:
            received = services.receive(
                owner=request.user,  # type: ignore[arg-type]
                uploaded=form.cleaned_data["file"],
                kinds=(file.kind,),
            )
            version = services.add_file(received, version_of=file)
            self.log_change(request, file, _("Version %(number)d uploaded.") % {"number": version.version})

        text = _("The new version was received; pages show it as soon as it has been checked.")
        return self._answer(request, add, text)

    def retry_view(self, request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
        file = self._changeable(request, file_id)
        return self._answer(request, partial(services.retry, file), _("The file is being checked again."))

    def restore_view(self, request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
        file = self._changeable(request, file_id)
        return self._answer(request, partial(services.restore, [file]), _("The file is back in the library."))

    def thumbnail_view(self, request: HttpRequest, file_id: uuid.UUID, size: str) -> HttpResponse:
        file = MediaFile.objects.select_related("blob").filter(pk=file_id).first()
        if file is None or file.blob is None or size not in SIZES or not self.has_view_permission(request, file):
            raise NotFound
        picture = make_thumbnail(disk.media_path(file.blob.path), file.mime, SIZES[size])
        # A blob never changes its bytes and a row never its blob, so a browser need not ask twice.
        headers = {"Cache-Control": f"private, max-age={_YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(picture, content_type="image/webp", headers=headers)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Into the trash, or from there for good; refused, with the pages named, while something shows the file."""
        file = self.get_object(request, object_id)
        if file is None:
            raise NotFound
        if not self.has_delete_permission(request, file):
            raise PermissionRefused
        if request.method == "POST":
            return self._delete(request, file)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Delete for good?") if file.deleted_at else _("Move to the trash?"),
            "file": file,
            "state": state_of(file),
            "users": used_by(file),
            "media": self.media,
        }
        template = "admin/files/mediafile/delete_confirmation.html"
        return TemplateResponse(request, template, {**context, **(extra_context or {})})

    def _delete(self, request: HttpRequest, file: MediaFile) -> HttpResponse:
        try:
            self.remove(request, file)
        except Problem as problem:
            self.message_user(request, refusal(file, problem), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:files_mediafile_change", args=[file.pk]))
        text = _("“%(name)s” was deleted for good.") if file.deleted_at else _("“%(name)s” is in the trash.")
        self.message_user(request, text % {"name": file.name}, messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))

    def remove(self, request: HttpRequest, file: MediaFile) -> None:
        """Move a file into the trash, or delete one that is there for good; raises a Problem."""
        if file.deleted_at:
            services.delete(file)
            self.log_deletions(request, [file])  # type: ignore[arg-type] # it only iterates
        else:
            services.trash([file])
            self.log_change(request, file, _("Moved to the trash."))

    def _changeable(self, request: HttpRequest, file_id: uuid.UUID) -> MediaFile:
        file = MediaFile.objects.filter(pk=file_id).first()
        if file is None:
            raise NotFound
        if not self.has_change_permission(request, file):
            raise PermissionRefused
        return file

    def _answer(self, request: HttpRequest, do: Callable[[], object], text: str) -> HttpResponse:
        """Do it and go back to where the button was, with a message; a script gets JSON and Problems as they are."""
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            do()
            return JsonResponse({"detail": text})
        try:
            do()
        except Problem as problem:
            return self._refused(request, str(problem.detail or problem.title))
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(_back(request))

    def _refused(self, request: HttpRequest, text: str) -> HttpResponse:
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page that the request came from, when that is one of this site."""
    origin = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
    return origin if is_ours else reverse(LIST)
