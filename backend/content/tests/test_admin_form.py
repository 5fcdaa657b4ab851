"""/admin/content/page/…/ — a page and all its contents in one form."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.models import AudioContent, Content, Page, PageChange, VideoContent
from content.registry import content_types
from files.models import MediaFile
from files.tests.editors import EditorTestCase
from files.tests.library import added, checked
from files.tests.samples import mp3, mp4, png

ADD = reverse("admin:content_page_add")
LIST = reverse("admin:content_page_changelist")


def change_of(page: Page) -> str:
    return reverse("admin:content_page_change", args=[page.pk])


class FormTestCase(EditorTestCase):
    def sent(self, title: str = "A page", **blocks: list[dict[str, Any]]) -> dict[str, Any]:
        """What a browser sends: `video=[{"title": …}]` fills the forms of that type's block."""
        form: dict[str, Any] = {
            "title": title,
            "text": "",
            "is_published": "on",
            "publish_at_0": "",
            "publish_at_1": "",
        }
        for name in content_types():
            forms = blocks.get(name, [])
            form |= {f"{name}-TOTAL_FORMS": len(forms), f"{name}-INITIAL_FORMS": sum("content_ptr" in f for f in forms)}
            for number, given in enumerate(forms):
                fields = {"title": "", "url": "", "order": "", "is_active": "on", **given}
                form |= {f"{name}-{number}-{field}": value for field, value in fields.items()}
        return form


class FormTests(FormTestCase):
    def test_it_works(self) -> None:
        """Video, sound and picture at once: by upload, from the library and from another address."""
        picture = checked(png(), "quay.png")
        form = self.sent(
            video=[{"title": "Film", "file": SimpleUploadedFile("Фильм.mp4", mp4())}],
            audio=[{"title": "Sound", "url": "https://sound.example/1.mp3", "text": "la"}],
            image=[{"title": "Picture", "file-library": str(picture.pk), "alt": "A quay"}],
        )
        answer = self.client.post(ADD, form)
        self.assertRedirects(answer, LIST, fetch_redirect_response=False)
        page = Page.objects.get()
        video = VideoContent.objects.get(page=page)
        self.assertEqual((video.file.name, video.file.status, video.file.owner), ("Фильм.mp4", "Pending", self.admin))
        found = page.contents.order_by("order").values_list("title", "order", "content_type")
        self.assertEqual(list(found), [("Film", 1, "video"), ("Sound", 2, "audio"), ("Picture", 3, "image")])

    def test_every_type_has_its_block(self) -> None:
        """The types of the example app too, which is named nowhere in the admin."""
        page = self.client.get(ADD)
        for name in content_types():
            self.assertContains(page, f'name="{name}-TOTAL_FORMS"')
        for field in ("podcast-0-season", "podcast-0-cover", "podcast-0-cover-library", "quote-0-said_by"):
            self.assertContains(page, f'name="{field}"')
        self.assertNotContains(page, "quote-0-file")

    def test_a_content_shows_something(self) -> None:
        page = self.client.post(ADD, self.sent(video=[{"title": "Nothing"}]))
        self.assertContains(page, "Choose or upload a file, or give a URL.")
        self.assertFalse(Page.objects.exists())

    def test_a_refused_upload_is_an_error_beside_its_field(self) -> None:
        page = self.client.post(ADD, self.sent(video=[{"title": "x", "file": SimpleUploadedFile("x.mp3", mp3())}]))
        self.assertContains(page, "Only these types are taken here: ")
        self.assertFalse(MediaFile.objects.exists())

    def test_an_error_elsewhere_keeps_the_upload(self) -> None:
        form = self.sent(title="", video=[{"title": "Film", "file": SimpleUploadedFile("film.mp4", mp4())}])
        page = self.client.post(ADD, form)
        file = MediaFile.objects.get()
        self.assertContains(page, "“film.mp4” was received and is kept in the library")
        self.assertContains(page, f'<option value="{file.pk}" selected>film.mp4</option>', html=True)
        self.assertEqual(file.owner, self.admin)
        self.assertFalse(Page.objects.exists())

    def test_a_file_of_another_kind_cannot_be_chosen(self) -> None:
        sound = checked(mp3(), "a.mp3")
        page = self.client.post(ADD, self.sent(video=[{"title": "x", "file-library": str(sound.pk)}]))
        self.assertContains(page, "There is no such file in the library any more, or it cannot be used here.")


class ChangeTests(FormTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = Page.objects.create(title="A page")
        self.file = checked(mp4(), "film.mp4")
        self.video = VideoContent.objects.create(page=self.page, title="Film", order=4, file=self.file)

    def entry(self, **fields: Any) -> dict[str, Any]:
        return {"content_ptr": self.video.pk, "page": self.page.pk, "title": "Film", "order": 4, **fields}

    def save(self, **blocks: list[dict[str, Any]]) -> Any:
        return self.client.post(change_of(self.page), self.sent("A page", **blocks))

    def test_it_works(self) -> None:
        """Nothing touched, nothing changed: the file stays, and no other one is made."""
        self.assertEqual(self.save(video=[self.entry()]).status_code, 302)
        self.video.refresh_from_db()
        self.assertEqual((self.video.file, self.video.order), (self.file, 4))
        self.assertEqual(MediaFile.objects.count(), 1)

    def test_the_present_file_with_its_status_and_player(self) -> None:
        page = self.client.get(change_of(self.page))
        self.assertContains(page, f'data-file="{self.file.pk}"')
        self.assertContains(page, "<video controls")
        self.assertContains(page, reverse("admin:files_mediafile_change", args=[self.file.pk]))

    def test_another_file(self) -> None:
        self.save(video=[self.entry(file=SimpleUploadedFile("new.mp4", mp4(seconds=7)))])
        self.video.refresh_from_db()
        self.assertEqual(self.video.file.name, "new.mp4")
        self.assertTrue(MediaFile.objects.filter(pk=self.file.pk).exists())

    def test_remove(self) -> None:
        url = "https://film.example/1"
        self.save(video=[self.entry(**{"file-clear": "on", "url": url})])
        self.video.refresh_from_db()
        self.assertEqual((self.video.file, self.video.url), (None, url))

    def test_a_content_without_a_place_comes_last(self) -> None:
        self.save(video=[self.entry()], audio=[{"title": "Sound", "url": "https://sound.example/1"}])
        self.assertEqual(AudioContent.objects.get().order, 5)

    def test_order_and_activity(self) -> None:
        self.save(video=[self.entry(order=9, is_active="")])
        self.video.refresh_from_db()
        self.assertEqual((self.video.order, self.video.is_active), (9, False))

    def test_delete_a_content(self) -> None:
        self.save(video=[self.entry(DELETE="on")])
        self.assertFalse(Content.objects.exists())
        self.assertTrue(MediaFile.objects.exists())

    def test_saving_does_not_write_back_views(self) -> None:
        Content.objects.update(counter=7)
        self.save(video=[self.entry(title="Renamed")])
        self.video.refresh_from_db()
        self.assertEqual((self.video.title, self.video.counter), ("Renamed", 7))

    def test_the_cached_page_is_noted_as_out_of_date(self) -> None:
        PageChange.objects.all().delete()
        self.save(video=[self.entry(title="Renamed")])
        self.assertTrue(PageChange.objects.filter(page_id=self.page.pk).exists())

    def test_a_file_that_failed_does_not_stand_in_the_way(self) -> None:
        MediaFile.objects.update(status=MediaFile.Status.FAILED, current=None)
        self.assertEqual(self.save(video=[self.entry()]).status_code, 302)

    def test_the_queries_do_not_grow_with_the_contents(self) -> None:
        self.client.get(change_of(self.page))
        # Session, user and page; each type's contents; and what the library offers, once for each of five kinds.
        with self.assertNumQueries(3 + len(content_types()) + 5) as few:
            self.client.get(change_of(self.page))
        for number in range(6):
            earlier = checked(mp4(seconds=number + 3), f"{number}.mp4")
            copy = checked(mp4(seconds=number + 3), f"copy {number}.mp4")
            VideoContent.objects.create(page=self.page, title="x", file=earlier)
            VideoContent.objects.create(page=self.page, title="x", file=copy)
            VideoContent.objects.create(page=self.page, title="x", file=added(mp4(), f"new {number}.mp4"))
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(change_of(self.page))
