"""What the tests of the field have in common: a form as anyone might write one, and uploads as a request holds them."""

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import TestCase

from uploads.forms import AsyncFileField, OwnedFilesMixin


class UploadTestCase(TestCase):
    def uploaded(self, name: str, body: bytes) -> TemporaryUploadedFile:
        file = TemporaryUploadedFile(name, "application/octet-stream", len(body), None)
        self.addCleanup(file.close)
        file.write(body)
        file.seek(0)
        return file


class TitleForm(OwnedFilesMixin, forms.Form):
    """A picture that must be given and a recording that need not be."""

    title = forms.CharField()
    picture = AsyncFileField(kinds=("image",))
    sound = AsyncFileField(kinds=("audio",), required=False)
