"""/admin/content/page/ — the list of pages."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from content.models import AudioContent, Page, VideoContent
from content.tests.visitors import a_page
from core import redis as pools
from files import finalize
from files.models import MediaFile
from files.tests.editors import EditorTestCase
from files.tests.library import added, checked
from files.tests.samples import mp3, mp4
from storage import incoming

LIST = reverse("admin:content_page_changelist")


class ListTests(EditorTestCase):
    def titles(self, **filters: str) -> list[str]:
        return [page.title for page in self.client.get(LIST, filters).context["cl"].result_list]

    def act_on(self, action: str, *pages: Page) -> Any:
        form = {"action": action, "_selected_action": [str(page.pk) for page in pages]}
        return self.client.post(LIST, form, follow=True)

    def test_it_works(self) -> None:
        page = a_page("Harbour", videos=3)
        answer = self.client.get(LIST)
        self.assertContains(answer, "Harbour")
        self.assertContains(answer, '<td class="field-contents_shown">3</td>', html=True)
        self.assertContains(answer, reverse("front-page-detail", args=[page.pk]))
        form = self.client.get(reverse("admin:content_page_change", args=[page.pk]))
        self.assertContains(form, reverse("page-detail", args=[page.pk]))

    def test_states(self) -> None:
        now = timezone.now()
        Page.objects.create(title="shown")
        Page.objects.create(title="since yesterday", publish_at=now - timedelta(days=1))
        Page.objects.create(title="tomorrow", publish_at=now + timedelta(days=1))
        Page.objects.create(title="hidden", is_published=False)
        answer = self.client.get(LIST)
        self.assertContains(answer, "status-published", 2)
        self.assertContains(answer, "status-scheduled", 1)
        self.assertContains(answer, "Draft</span>", 1)
        self.assertCountEqual(self.titles(state="published"), ["shown", "since yesterday"])
        self.assertEqual(self.titles(state="scheduled"), ["tomorrow"])
        self.assertEqual(self.titles(state="draft"), ["hidden"])

    def test_files_live(self) -> None:
        """Those that are ready as a number, the others by name, each with the id that live updates look for."""
        page = a_page(videos=0)
        lost = added(mp4(), "lost.mp4")
        incoming.discard(lost.incoming)
        finalize.check(lost.pk)
        waiting = added(mp3(), "waiting.mp3")
        VideoContent.objects.create(page=page, title="a", file=checked(mp4(), "ready.mp4"))
        VideoContent.objects.create(page=page, title="b", file=lost)
        AudioContent.objects.create(page=page, title="c", file=waiting)
        answer = self.client.get(LIST)
        self.assertContains(answer, "1 ready")
        for file, status in ((lost, "Failed"), (waiting, "Pending")):
            self.assertContains(answer, f'data-file="{file.pk}" data-status="{status}"')
        self.assertNotContains(answer, "ready.mp4")

    def test_a_new_version_that_waits_does_not_hide_the_one_that_is_shown(self) -> None:
        page = a_page(videos=0)
        file = checked(mp4(), "clip.mp4")
        VideoContent.objects.create(page=page, title="a", file=file)
        added(mp4(seconds=8), "clip.mp4", version_of=file)
        self.assertContains(self.client.get(LIST), "1 ready")

    def test_types(self) -> None:
        with_sound = a_page("sound", videos=0)
        AudioContent.objects.create(page=with_sound, title="x", url="https://sound.example/1")
        a_page("film")
        self.assertEqual(self.titles(type="audio"), ["sound"])
        self.assertEqual(self.titles(type="video"), ["film"])
        self.assertContains(self.client.get(LIST), "Podcast episode")

    def test_search(self) -> None:
        Page.objects.create(title="Отпуск", text="")
        Page.objects.create(title="x", text="about our Holiday")
        self.assertEqual(self.titles(q="отпуск"), ["Отпуск"])
        self.assertEqual(self.titles(q="holiday"), ["x"])

    def test_publish_and_take_off(self) -> None:
        pages = [Page.objects.create(title=str(number), is_published=number > 1) for number in range(3)]
        self.assertContains(self.act_on("publish_selected", *pages), "Published: 2.")
        self.assertEqual(Page.objects.published().count(), 3)
        self.assertContains(self.act_on("unpublish_selected", *pages), "Taken off the site: 3.")
        self.assertEqual(Page.objects.published().count(), 0)

    def test_the_queries_do_not_grow_with_pages_and_files(self) -> None:
        page = a_page()
        VideoContent.objects.create(page=page, title="x", file=checked(mp4(), "x.mp4"))
        self.client.get(LIST)
        with self.assertNumQueries(13) as few:
            self.client.get(LIST)
        for number in range(6):
            other = a_page(f"Page {number}")
            for file in (checked(mp4(), f"{number}.mp4"), added(mp4(seconds=number + 1), f"{number}-.mp4")):
                VideoContent.objects.create(page=other, title="x", file=file)
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(LIST)

    def test_names_are_escaped(self) -> None:
        page = a_page("<b>bold</b>", videos=0)
        VideoContent.objects.create(page=page, title="<b>bold</b>", file=added(mp4(), "<b>bold.mp4"))
        for url in (LIST, reverse("admin:content_page_change", args=[page.pk])):
            self.assertNotContains(self.client.get(url), "<b>bold")

    def test_an_empty_list_says_what_to_do(self) -> None:
        self.assertContains(self.client.get(LIST), "There are no pages yet.")
        self.assertContains(self.client.get(LIST, {"q": "x"}), "No page matches.")

    def test_looking_counts_no_views(self) -> None:
        page = a_page()
        self.client.get(LIST)
        self.client.get(reverse("front-page-detail", args=[page.pk]))
        self.assertEqual(pools.pages_sync().keys("*pending*"), [])
        self.assertEqual(MediaFile.objects.count(), 0)
