"""The library's forms in the admin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from files.errors import TypeNotAllowed
from files.models import MediaFile
from files.services import checked_name


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of uploads, at least one."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> "Sequence[UploadedFile[Any]]":
        one = super().clean
        if not data:
            return [one(data, initial)]
        return [one(uploaded, initial) for uploaded in data]


class NewFilesForm(forms.Form):
    """An empty file is refused with the other reasons, by `files.services.receive`."""

    uploads = SeveralFilesField(label=_("Files"), allow_empty_file=True)


class NewVersionForm(forms.Form):
    file = forms.FileField(label=_("New version"), allow_empty_file=True)


class MediaFileForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker only
    """A file's name is all that can be changed of it."""

    class Meta:
        model = MediaFile
        fields = ("name",)

    def clean_name(self) -> str:
        try:
            return checked_name(self.instance, self.cleaned_data["name"])
        except TypeNotAllowed as problem:
            raise forms.ValidationError(str(problem.detail), code=problem.code) from problem
