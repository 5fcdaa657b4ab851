"""The form field: nothing, a file of the library, or an upload."""

import uuid
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils.datastructures import MultiValueDict

from files import services
from files.models import MediaFile
from files.services import Received
from files.tests.library import added, checked, someone
from files.tests.samples import mp3, mp4, png
from uploads.forms import keep_received
from uploads.tests.speakers import TitleForm, UploadTestCase


class FormFieldTests(UploadTestCase):
    def setUp(self) -> None:
        self.owner = someone()

    def form(self, data: dict[str, Any] | None = None, **files: Any) -> TitleForm:
        uploads = MultiValueDict({name: [upload] for name, upload in files.items()})
        return TitleForm({"title": "A", **(data or {})}, uploads, owner=self.owner)

    def test_it_works(self) -> None:
        form = self.form(picture=self.uploaded("face.png", png()))
        self.assertTrue(form.is_valid(), form.errors)
        received = form.cleaned_data["picture"]
        self.assertIsInstance(received, Received)
        self.assertEqual((received.name, received.kind, received.owner), ("face.png", "image", self.owner))
        self.assertIsNone(form.cleaned_data["sound"])
        self.assertFalse(MediaFile.objects.exists())

    def test_a_file_of_the_library(self) -> None:
        file = checked(png(), "face.png", self.owner)
        form = self.form({"picture-library": str(file.pk)})
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.cleaned_data["picture"], file)

    def test_what_cannot_be_chosen(self) -> None:
        trashed, sound = checked(png(), "old.png"), checked(mp3(), "sound.mp3")
        services.trash([trashed])
        failed = added(png(), "failed.png")
        MediaFile.objects.filter(pk=failed.pk).update(status=MediaFile.Status.FAILED)
        others = checked(png(3, 3), "other.png", someone("other"))
        version = checked(png(4, 4), "v2.png", version_of=checked(png(5, 5), "v1.png"))
        for chosen in (trashed.pk, sound.pk, failed.pk, others.pk, version.pk, uuid.uuid4(), "nonsense", "1; drop"):
            form = self.form({"picture-library": str(chosen)})
            self.assertFalse(form.is_valid(), chosen)
            self.assertEqual(form.errors.as_data()["picture"][0].code, "not_found")

    def test_nothing_is_refused_only_where_something_must_be_given(self) -> None:
        form = self.form()
        self.assertEqual(list(form.errors), ["picture"])

    def test_refused_uploads(self) -> None:
        for upload, code in (
            (self.uploaded("face.mp4", mp4()), "type_not_allowed"),
            (self.uploaded("face.png", mp4()), "type_mismatch"),
            (self.uploaded("face.png", b""), "empty_file"),
            (self.uploaded("face.exe", b"MZ"), "type_not_allowed"),
        ):
            form = self.form(picture=upload)
            self.assertEqual(form.errors.as_data()["picture"][0].code, code, upload.name)

    @override_settings(MAX_UPLOAD_SIZE=5)
    def test_too_large(self) -> None:
        form = self.form(picture=self.uploaded("face.png", png()))
        self.assertEqual(form.errors["picture"], ["The file is larger than the limit of 5 B."])

    def test_only_one_of_the_three(self) -> None:
        file = checked(mp3(), "sound.mp3", self.owner)
        picture = {"picture": self.uploaded("face.png", png())}
        for data, files in (
            ({"sound-library": str(file.pk)}, {"sound": self.uploaded("a.mp3", mp3())}),
            ({"sound-library": str(file.pk), "sound-clear": "on"}, {}),
            ({"sound-clear": "on"}, {"sound": self.uploaded("a.mp3", mp3())}),
        ):
            form = self.form(data, **picture, **files)
            self.assertEqual(form.errors.as_data()["sound"][0].code, "contradiction")

    def test_an_upload_needs_an_owner(self) -> None:
        form = TitleForm({"title": "A"}, MultiValueDict({"picture": [self.uploaded("a.png", png())]}), owner=self.owner)
        form.fields["picture"].owner = None  # type: ignore[attr-defined]
        with self.assertRaises(ImproperlyConfigured):
            form.is_valid()

    def test_text_in_the_place_of_a_file_is_not_one(self) -> None:
        """What a client sends that forgets the multipart encoding."""
        form = self.form({"picture": "face.png"})
        self.assertEqual(list(form.errors), ["picture"])

    def test_what_was_received_is_kept_when_the_form_comes_back(self) -> None:
        form = self.form({"title": ""}, picture=self.uploaded("face.png", png()))
        self.assertFalse(form.is_valid())
        kept = keep_received(form)
        self.assertEqual([file.name for file in kept], ["face.png"])
        data = {name: form.data[name] for name in form.data}
        again = TitleForm({**data, "title": "A"}, MultiValueDict(), owner=self.owner)
        self.assertTrue(again.is_valid(), again.errors)
        self.assertEqual(again.cleaned_data["picture"], kept[0])
        self.assertInHTML(f'<option value="{kept[0].pk}" selected>face.png</option>', str(form["picture"]))
