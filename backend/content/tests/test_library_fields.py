"""Library files in models, serializers and the library's admin, shown on content types that point at them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from content.models import ImageContent, Page, VideoContent
from content.tests.example.models import PodcastContent
from core.errors import Problem
from files import services
from files.models import MediaFile
from files.tests.editors import LIST, EditorTestCase, change_of, delete_of
from files.tests.library import added, checked, received
from files.tests.samples import mp3, mp4, png
from uploads.admin import AsyncFileAdminMixin
from uploads.forms import AsyncFileField as AsyncFileFormField
from uploads.forms import OwnedFilesMixin
from uploads.serializers import AsyncFileSerializerMixin


class ModelFieldTests(EditorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = Page.objects.create(title="A page")

    def test_it_works(self) -> None:
        """A received file becomes one of the library when the model is saved."""
        upload: Any = received(mp4(), "clip.mp4", self.admin)
        content = VideoContent(page=self.page, title="x", file=upload)
        self.assertIsNone(content.file)
        content.full_clean()
        content.save()
        content.refresh_from_db()
        self.assertEqual((content.file.name, content.file.status), ("clip.mp4", MediaFile.Status.PENDING))

    def test_it_reads_like_a_file_field(self) -> None:
        file = checked(mp4(), "clip.mp4")
        content = VideoContent.objects.create(page=self.page, title="x", file=file)
        content.refresh_from_db()
        self.assertEqual((content.file.name, content.file.size), ("clip.mp4", len(mp4())))
        self.assertTrue(content.file.url.startswith("/media/"))

    def test_an_assignment_takes_back_what_was_received(self) -> None:
        upload: Any = received(mp4(), "clip.mp4", self.admin)
        content = VideoContent(page=self.page, title="x", file=upload)
        content.file = None
        content.save()
        self.assertFalse(MediaFile.objects.exists())

    def test_kinds(self) -> None:
        sound, film, picture = checked(mp3(), "a.mp3"), checked(mp4(), "a.mp4"), checked(png(), "a.png")
        PodcastContent(page=self.page, title="x", file=sound, cover=picture).full_clean()
        for wrong in ({"file": film}, {"file": picture}, {"file": sound, "cover": film}):
            with self.assertRaises(ValidationError):
                PodcastContent(page=self.page, title="x", **wrong).full_clean()

    def test_a_file_that_is_not_there(self) -> None:
        content = VideoContent(page=self.page, title="x", file_id="00000000-0000-0000-0000-000000000000")
        with self.assertRaises(ValidationError):
            content.clean_fields()

    def test_a_file_that_has_failed_may_stay_where_it_is(self) -> None:
        file = added(mp4(), "clip.mp4")
        content = VideoContent.objects.create(page=self.page, title="x", file=file)
        MediaFile.objects.update(status=MediaFile.Status.FAILED)
        content.refresh_from_db()
        content.full_clean()

    def test_a_file_in_use_is_protected(self) -> None:
        file = checked(mp4(), "clip.mp4")
        VideoContent.objects.create(page=self.page, title="x", file=file)
        with self.assertRaises(ProtectedError):
            file.delete()


class PodcastForm(OwnedFilesMixin, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PodcastContent
        fields = ("page", "title", "file", "cover")


class ModelFormTests(EditorTestCase):
    """A form made from a model, where Django would offer a select of the whole library."""

    def setUp(self) -> None:
        super().setUp()
        self.page = Page.objects.create(title="A page")

    def form(self, instance: PodcastContent | None = None, **given: Any) -> PodcastForm:
        files = {name: value for name, value in given.items() if not isinstance(value, str)}
        data = {"page": self.page.pk, "title": "x"} | {
            name: value for name, value in given.items() if name not in files
        }
        request = RequestFactory().post("/", {**data, **files})
        self.addCleanup(request.close)
        return PodcastForm(request.POST, request.FILES, instance=instance, owner=self.admin)

    def test_it_works(self) -> None:
        form = self.form(file=SimpleUploadedFile("pilot.mp3", mp3()))
        self.assertTrue(form.is_valid(), form.errors)
        content = form.save()
        self.assertEqual((content.file.name, content.file.owner), ("pilot.mp3", self.admin))

    def test_what_is_not_touched_stays(self) -> None:
        cover = checked(png(), "cover.png", self.admin)
        sound = checked(mp3(), "pilot.mp3", self.admin)
        content = PodcastContent.objects.create(page=self.page, title="x", file=sound, cover=cover)
        form = self.form(content, **{"cover-clear": "on"})
        self.assertEqual(form.changed_data, ["cover"])
        form.save()
        content.refresh_from_db()
        self.assertEqual((content.file, content.cover), (sound, None))

    def test_kinds(self) -> None:
        form = self.form(file=SimpleUploadedFile("film.mp4", mp4()), cover=SimpleUploadedFile("a.mp3", mp3()))
        self.assertLessEqual({"cover", "file"}, set(form.errors))

    def test_in_an_admin_of_its_own(self) -> None:
        class PodcastAdmin(AsyncFileAdminMixin, admin.ModelAdmin):  # type: ignore[type-arg]
            fields = ("title", "cover")

        request = RequestFactory().get("/")
        request.user = self.admin
        form = PodcastAdmin(PodcastContent, admin.site).get_form(request)()
        field: Any = form.fields["cover"]
        self.assertIsInstance(field, AsyncFileFormField)
        self.assertEqual((field.owner, field.kinds), (self.admin, ("image",)))
        html = str(form["cover"])
        self.assertIn('data-field-name="cover"', html)
        self.assertIn("admin-autocomplete", html)


class PodcastSerializer(AsyncFileSerializerMixin, serializers.ModelSerializer[PodcastContent]):
    class Meta:
        model = PodcastContent
        fields = ("id", "page", "title", "file", "cover")


class SerializerTests(EditorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = Page.objects.create(title="A page")

    def serializer(self, data: dict[str, Any]) -> PodcastSerializer:
        request = RequestFactory().post("/", {"page": self.page.pk, "title": "x", **data})
        self.addCleanup(request.close)
        parsed = {**request.POST.dict(), **{name: request.FILES[name] for name in request.FILES}}
        asked = Request(request)
        asked.user = self.admin
        return PodcastSerializer(data=parsed, context={"request": asked})

    def test_it_works(self) -> None:
        """An upload and a file of the library in, what is known of them out."""
        cover = checked(png(), "cover.png", self.admin)
        serializer = self.serializer({"file": SimpleUploadedFile("pilot.mp3", mp3()), "cover": str(cover.pk)})
        self.assertTrue(serializer.is_valid(), serializer.errors)
        answer = PodcastSerializer(serializer.save()).data
        file = answer["file"]
        self.assertEqual((file["name"], file["status"], file["url"]), ("pilot.mp3", "Pending", None))
        self.assertEqual((answer["cover"]["id"], answer["cover"]["url"]), (str(cover.pk), cover.url))

    def test_what_cannot_be_taken(self) -> None:
        for wrong in (str(checked(mp4(), "film.mp4").pk), "nonsense", "00000000-0000-0000-0000-000000000000"):
            serializer = self.serializer({"file": wrong})
            self.assertFalse(serializer.is_valid())
            self.assertEqual(serializer.errors["file"][0].code, "not_found")

    def test_a_refused_upload_keeps_its_status(self) -> None:
        with self.assertRaises(Problem) as raised:
            self.serializer({"file": SimpleUploadedFile("film.mp4", mp4())}).is_valid()
        self.assertEqual(raised.exception.status, 415)


class WhereUsedTests(EditorTestCase):
    """The library's admin names the pages that show a file, and lets nobody take it away from them."""

    def setUp(self) -> None:
        super().setUp()
        self.page = Page.objects.create(title="Harbour <b>days</b>")
        self.file = checked(mp4(), "clip.mp4")
        VideoContent.objects.create(page=self.page, title="One", file=self.file)
        url = reverse("admin:content_page_change", args=[self.page.pk])
        self.link = f'<a href="{url}">Harbour &lt;b&gt;days&lt;/b&gt;</a>'

    def test_it_works(self) -> None:
        self.assertContains(self.client.get(change_of(self.file)), self.link)
        self.assertContains(self.client.get(LIST), "1 time")

    def test_delete_says_who_shows_it(self) -> None:
        page = self.client.get(delete_of(self.file))
        self.assertContains(page, "cannot be removed while something shows it")
        self.assertContains(page, self.link)
        self.assertNotContains(page, 'value="Move to the trash"')
        refused = self.client.post(delete_of(self.file), follow=True)
        self.assertContains(refused, f"“clip.mp4” stays, for it is shown by page {self.link}.")
        self.assertTrue(MediaFile.objects.live().filter(pk=self.file.pk).exists())

    def test_of_several_files_those_in_use_stay(self) -> None:
        unused = checked(png(), "unused.png")
        page = self.act("trash_selected", self.file, unused)
        self.assertContains(page, "Moved to the trash: 1.")
        self.assertContains(page, f"“clip.mp4” stays, for it is shown by page {self.link}.")
        self.assertEqual([file.name for file in MediaFile.objects.live()], ["clip.mp4"])

    def test_a_page_is_named_once_however_often_it_shows_the_file(self) -> None:
        VideoContent.objects.create(page=self.page, title="Two", file=self.file)
        with self.assertRaisesMessage(Problem, "") as raised:
            services.trash([self.file])
        self.assertEqual(raised.exception.detail, "It is shown by: page “Harbour <b>days</b>”.")

    def test_the_queries_do_not_grow_with_the_pages(self) -> None:
        def queries() -> int:
            with self.assertNumQueries(expected):
                self.client.get(change_of(self.file))
            return expected

        self.client.get(change_of(self.file))
        expected = 11
        queries()
        for number in range(8):
            other = Page.objects.create(title=f"Page {number}")
            ImageContent.objects.create(page=other, title="x", file=checked(png(), f"{number}.png"))
            VideoContent.objects.create(page=other, title="x", file=self.file)
        queries()
