"""The form field that takes a library file: nothing, one of the library, or one that is being uploaded."""

import uuid
from collections.abc import MutableMapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Problem
from files.models import MediaFile, MediaFileQuerySet
from files.services import Received, add_file, receive
from uploads.widgets import AsyncFileInput, Chosen, Shown

Options = Sequence[tuple[str, str]]
# Without JavaScript the library is a plain select, so it holds the newest files only.
_NEWEST = 50


class AsyncFileField(forms.FileField):
    """Its cleaned value is a MediaFile, a `files.services.Received`, or None.

    `owner` is whose library is shown and whose the upload will be: set it from the request, as
    `uploads.admin.AsyncFileAdminMixin` and `OwnedFilesMixin` do. `kinds` narrows both (empty: any kind). A refused
    upload is an error of the form, with the words and the code of its Problem.
    """

    widget = AsyncFileInput
    default_error_messages = {
        "contradiction": _("Upload a file, choose one of the library, or remove the present one: only one of these."),
        "not_found": _("There is no such file in the library any more, or it cannot be used here."),
    }

    def __init__(
        self,
        *,
        kinds: Sequence[str] = (),
        owner: User | None = None,
        options: MutableMapping[Sequence[str], Options] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kinds = tuple(kinds)
        self.owner = owner
        # Forms of one request may share what the library offers, so that it is asked once for all of them.
        self._options = options

    @property
    def queryset(self) -> MediaFileQuerySet:
        """What may be chosen."""
        files: MediaFileQuerySet = MediaFile.objects.choosable(self.kinds)
        return files.readable_by(self.owner) if self.owner is not None else files.none()

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> "AsyncFileBoundField":
        return AsyncFileBoundField(form, self, field_name)

    def to_python(self, data: object) -> Any:
        if isinstance(data, Chosen):
            return self._chosen(data)
        if isinstance(data, UploadedFile):
            return self._received(data)
        if data:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return None

    def clean(self, data: Any, initial: Any = None) -> MediaFile | Received | None:
        cleaned = super().clean(data, initial)
        return cleaned if isinstance(cleaned, MediaFile | Received) else None

    def _chosen(self, chosen: Chosen) -> MediaFile:
        try:
            file_id = uuid.UUID(chosen.file_id)
        except ValueError:
            file_id = uuid.UUID(int=0)
        file = self.queryset.filter(pk=file_id).first()
        if file is None:
            raise ValidationError(self.error_messages["not_found"], code="not_found")
        return file

    def _received(self, uploaded: "UploadedFile[Any]") -> Received:
        if self.owner is None:
            raise ImproperlyConfigured("An AsyncFileField of a form needs an owner: set field.owner = request.user.")
        try:
            return receive(owner=self.owner, uploaded=uploaded, kinds=self.kinds)
        except Problem as problem:
            raise ValidationError(str(problem.detail or problem.title), code=problem.code) from problem

    def bound_data(self, data: object, initial: Any) -> Shown:
        chosen = data.file_id if isinstance(data, Chosen) else ""
        return Shown(current=initial, chosen=chosen, cleared=data is False)

    def prepare_value(self, value: Any) -> Shown:
        shown = value if isinstance(value, Shown) else Shown(current=value)
        options = list(self._offered())
        if shown.chosen and shown.chosen not in dict(options):
            options = [*self._named(shown.chosen), *options]
        return Shown(shown.current, shown.chosen, shown.cleared, options, self.kinds)

    def _offered(self) -> Options:
        if self._options is None:
            return self._newest()
        if self.kinds not in self._options:
            self._options[self.kinds] = self._newest()
        return self._options[self.kinds]

    def _newest(self) -> Options:
        rows = self.queryset.order_by("-created_at", "-id")[:_NEWEST]
        return [(str(file_id), name) for file_id, name in rows.values_list("pk", "name")]

    def _named(self, chosen: str) -> Options:
        try:
            file = self._chosen(Chosen(chosen))
        except ValidationError:
            return []
        return [(str(file.pk), file.name)]


class AsyncFileBoundField(BoundField):
    """Its initial value is the MediaFile itself, taken from the form's instance where that has read it already."""

    field: AsyncFileField

    @cached_property
    def initial(self) -> MediaFile | None:
        value = self.form.get_initial_for_field(self.field, self.name)
        if not value or isinstance(value, MediaFile):
            return value or None
        instance = getattr(self.form, "instance", None)
        if isinstance(instance, models.Model) and getattr(instance, f"{self.name}_id", None) == value:
            found: MediaFile = getattr(instance, self.name)
            return found
        return MediaFile.objects.filter(pk=value).first()


class OwnedFilesMixin(forms.BaseForm):
    """For forms with library files outside the admin: `MyForm(request.POST, request.FILES, owner=request.user)`."""

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, AsyncFileField):
                field.owner = owner


def keep_received(form: forms.BaseForm) -> list[MediaFile]:
    """Save an editor from sending files again after an error elsewhere in the form.

    What the form has received is put into the library, and the form shows it as chosen there. Returns those files.
    """
    kept = []
    for name, field in form.fields.items():
        received = getattr(form, "cleaned_data", {}).get(name)
        if isinstance(field, AsyncFileField) and isinstance(received, Received):
            file = add_file(received)
            html_name = form.add_prefix(name)
            form.files = form.files.copy()
            form.files.pop(html_name)
            form.data = MultiValueDict({**dict(form.data), f"{html_name}-library": [str(file.pk)]})
            kept.append(file)
    return kept
