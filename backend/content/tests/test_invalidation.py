"""An edit of a page, a content or a file that is shown is seen by the next reader."""

from collections.abc import Callable

from django.db import transaction

from content import services
from content.models import AudioContent, Content, ImageContent, Page, PageChange, VideoContent
from content.page_cache import GENERATIONS
from content.tests.visitors import LIST, VisitorTestCase, a_page, a_video, path_of, redis_of_pages
from files import services as library
from files.finalize import check
from files.tests import samples
from files.tests.library import added, checked
from storage import incoming


class InvalidationTests(VisitorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = a_page("Home", videos=1)
        self.other = a_page("Other", videos=1)

    def generations(self) -> dict[str, bytes]:
        return {key.decode(): token for key, token in redis_of_pages().hgetall(GENERATIONS).items()}

    def assert_renews(self, change: Callable[[], object], *pages: Page) -> None:
        """`change` makes the JSON of these pages and of the lists out of date, and of no other page."""
        self.visit(path_of(self.page), path_of(self.other), LIST)
        before = self.generations()
        change()
        after = self.generations()
        renewed = {key for key in after if after[key] != before.get(key)}
        self.assertEqual(renewed, {"list", *(str(page.pk) for page in pages)} if pages else set())

    def test_it_works(self) -> None:
        self.visit(path_of(self.page), LIST)
        self.page.title = "New home"
        self.page.save()

        detail, listed = self.visit(path_of(self.page), LIST)

        self.assertEqual(detail.json()["title"], "New home")
        self.assertIn("New home", [page["title"] for page in listed.json()["results"]])

    def test_edits_of_pages(self) -> None:
        self.assert_renews(self.page.save, self.page)
        self.assert_renews(lambda: Page.objects.get(pk=self.page.pk).delete(), self.page)
        self.assertEqual(self.get(LIST).json()["count"], 1)

    def test_edits_of_contents(self) -> None:
        video = VideoContent.objects.get(page=self.page)
        self.assert_renews(lambda: a_video(self.page), self.page)
        self.assert_renews(video.save, self.page)
        self.assert_renews(Content.objects.get(pk=video.pk).save, self.page)
        self.assert_renews(lambda: VideoContent.objects.get(pk=video.pk).delete(), self.page)
        self.assert_renews(lambda: Content.objects.filter(page=self.page).delete(), self.page)
        self.assertEqual(self.get(path_of(self.page)).json()["contents"], [])

    def test_a_content_that_moves_changes_both_pages(self) -> None:
        video = VideoContent.objects.get(page=self.page)
        video.page = self.other

        self.assert_renews(video.save, self.page, self.other)

    def test_bulk_changes_of_the_admin(self) -> None:
        self.assert_renews(lambda: services.unpublish(pages=[self.page]), self.page)
        self.assertEqual(self.get(path_of(self.page)).status_code, 404)
        self.assert_renews(lambda: services.publish(pages=[self.page, self.other]), self.page, self.other)
        self.assertEqual(self.get(path_of(self.page)).status_code, 200)
        contents = list(self.page.contents.all())
        self.assert_renews(lambda: services.set_active(contents=contents, active=False), self.page)
        self.assertEqual(self.get(path_of(self.page)).json()["contents"], [])

    def test_a_file_whose_check_ends(self) -> None:
        file = added(samples.png(), "cat.png")
        ImageContent.objects.create(page=self.page, title="Cat", file=file)

        def shown() -> tuple[str, bool]:
            content = self.get(path_of(self.page)).json()["contents"][-1]
            return content["status"], content["image_path"] is not None

        self.assertEqual(shown(), ("Pending", False))
        self.assert_renews(lambda: check(file.pk), self.page)
        self.assertEqual(shown(), ("Completed", True))

    def test_a_file_whose_check_fails(self) -> None:
        file = added(samples.png(), "cat.png")
        ImageContent.objects.create(page=self.page, title="Cat", file=file)
        self.get(path_of(self.page))
        incoming.path(file.incoming).unlink()

        check(file.pk)

        self.assertEqual(self.get(path_of(self.page)).json()["contents"][-1]["status"], "Failed")

    def test_a_new_version(self) -> None:
        file = checked(samples.png(2, 2), "cat.png")
        ImageContent.objects.create(page=self.page, title="Cat", file=file)
        before = self.get(path_of(self.page)).json()["contents"][-1]["image_path"]

        checked(samples.png(3, 3), "cat.png", version_of=file)

        self.assertNotEqual(self.get(path_of(self.page)).json()["contents"][-1]["image_path"], before)

    def test_files_in_any_column_count(self) -> None:
        subtitles = added(b"WEBVTT\n\n", "film.vtt")
        video = VideoContent.objects.get(page=self.page)
        video.subtitles = subtitles
        video.save()

        self.assert_renews(lambda: check(subtitles.pk), self.page)
        self.assertRegex(self.get(path_of(self.page)).json()["contents"][0]["subtitles_url"], r"^http.*\.vtt$")

    def test_a_file_on_several_pages_and_one_on_none(self) -> None:
        shared, unused = added(samples.mp3(), "song.mp3"), added(samples.png(), "cat.png")
        for page in (self.page, self.other):
            AudioContent.objects.create(page=page, title="Song", file=shared)

        self.assert_renews(lambda: check(unused.pk))
        self.assert_renews(lambda: library.rename(shared, name="renamed.mp3"), self.page, self.other)

    def test_nothing_is_renewed_before_the_commit_nor_after_a_rollback(self) -> None:
        self.visit(path_of(self.page))
        before = self.generations()
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            self.page.title = "Never"
            self.page.save()
            self.assertEqual(self.generations(), before)
            raise ZeroDivisionError

        self.assertEqual(self.generations(), before)
        self.assertEqual(self.get(path_of(self.page)).json()["title"], "Home")

    def test_a_note_is_written_with_every_edit(self) -> None:
        PageChange.objects.all().delete()
        self.page.save()

        self.assertEqual(list(PageChange.objects.values_list("page_id", flat=True)), [self.page.pk])

    def test_reading_renews_nothing(self) -> None:
        self.assert_renews(lambda: self.visit(path_of(self.page), LIST, path_of(self.other)))
