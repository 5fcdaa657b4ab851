"""The form control for a library file: the present file, an upload, a choice from the library, and a way to remove it.

It is made of plain controls and works without JavaScript; `quayside/async_file.js` adds dropping, a check of name and
size before anything is sent, and a preview.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Field
from django.forms.widgets import FILE_INPUT_CONTRADICTION
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core.media_types import accept_attribute
from files.badges import change_url, status_badge
from files.models import MediaFile
from files.previews import player
from files.states import state_of


@dataclass(frozen=True)
class Chosen:
    """A file chosen from the library, by its id as the browser sent it."""

    file_id: str


@dataclass(frozen=True)
class Shown:
    """What the control shows: the present file, what was chosen in a form sent before, and what may be chosen."""

    current: MediaFile | None = None
    chosen: str = ""
    cleared: bool = False
    options: Sequence[tuple[str, str]] = field(default_factory=tuple)
    kinds: Sequence[str] = field(default_factory=tuple)


class AsyncFileInput(forms.Widget):
    """Three controls with names derived from the field's: `<name>` the upload, `<name>-library`, `<name>-clear`."""

    template_name = "uploads/async_file_input.html"
    needs_multipart_form = True

    class Media:
        css: Mapping[str, Sequence[str]] = {"all": ["quayside/async_file.css"]}
        js: Sequence[str] = ["quayside/async_file.js"]

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """An UploadedFile, a Chosen, False for "remove", None for no change, or Django's mark of a contradiction."""
        uploaded = files.get(name)
        chosen = data.get(f"{name}-library") or ""
        cleared = not self.is_required and f"{name}-clear" in data
        if bool(uploaded) + bool(chosen) + cleared > 1:
            return FILE_INPUT_CONTRADICTION
        if cleared:
            return False
        return Chosen(chosen) if chosen else uploaded

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        return name not in files and f"{name}-library" not in data and f"{name}-clear" not in data

    def id_for_label(self, id_: str) -> str:
        return id_

    def get_context(self, name: str, value: Shown | None, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        shown = value if isinstance(value, Shown) else Shown()
        context: dict[str, Any] = super().get_context(name, None, dict(attrs or {}))
        # The browser cannot be given a file back, and a file that is there already need not be uploaded again.
        context["widget"].update(required=self.is_required and shown.current is None, is_required=self.is_required)
        return {
            **context,
            "shown": shown,
            "current": self.current(shown.current) if shown.current else None,
            "accept": accept_attribute(shown.kinds),
            "max_size": settings.MAX_UPLOAD_SIZE,
            "select_attrs": self.select_attrs(),
        }

    def current(self, file: MediaFile) -> dict[str, Any]:
        """What is said of the present file."""
        shown = file.current or file
        return {"name": file.name, "url": file.url, "status": shown.get_status_display()}

    def select_attrs(self) -> Mapping[str, Any]:
        return {}


class AdminAsyncFileInput(AsyncFileInput):
    """The same for the admin: the live badge and a player, and a search of the whole library as one types."""

    def __init__(self, db_field: "Field[Any, Any]", admin_site: AdminSite) -> None:
        super().__init__()
        self.search = AutocompleteSelect(db_field, admin_site)

    def select_attrs(self) -> Mapping[str, Any]:
        return {**self.search.build_attrs({}), "data-placeholder": _("Search the library…")}

    def current(self, file: MediaFile) -> dict[str, Any]:
        shown = file.current or file
        return {
            **super().current(file),
            "library_url": change_url(file.pk),
            "badge": status_badge(shown),
            "preview": player(state_of(shown)),
        }

    @property
    def media(self) -> forms.Media:
        own = AsyncFileInput.Media
        return self.search.media + forms.Media(own)
