"""/ and /pages/<id>/ — what is published, for people."""

from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from content.models import AudioContent, Content, DocumentContent, ImageContent, Page, VideoContent
from content.tests.example.models import PodcastContent, QuoteContent
from content.tests.visitors import a_page
from core import redis as pools
from files.tests.library import added, checked, someone
from files.tests.samples import SAMPLES, mp3, mp4, pdf, png

FRONT = reverse("front-page")


class FrontPageTests(TestCase):
    def test_it_works(self) -> None:
        page = a_page("Harbour", videos=0, text="First line\n\nSecond paragraph")
        answer = self.client.get(FRONT)
        self.assertContains(answer, f'<a href="/pages/{page.pk}/">Harbour</a>', html=True)
        self.assertContains(answer, "<p>Second paragraph</p>")
        for url in ("/admin/", "/api/page/content/", "/swagger/", "/redoc/"):
            self.assertContains(answer, f'href="{url}"')

    def test_an_empty_site_says_what_to_do(self) -> None:
        self.assertContains(self.client.get(FRONT), "Nothing is published yet.")

    def test_only_what_visitors_may_see(self) -> None:
        hidden = [
            a_page("draft", is_published=False),
            a_page("tomorrow", publish_at=timezone.now() + timedelta(days=1)),
        ]
        page = a_page("shown", videos=0)
        VideoContent.objects.create(page=page, title="inactive", url="https://video.example/", is_active=False)
        answer = self.client.get(FRONT)
        for text in ("draft", "tomorrow", "inactive"):
            self.assertNotContains(answer, text)
        for entry in hidden:
            self.assertEqual(self.client.get(reverse("front-page-detail", args=[entry.pk])).status_code, 404)

    def test_media_are_played_by_the_browser_alone(self) -> None:
        page = a_page(videos=0)
        film, text, sound = checked(mp4(), "f.mp4"), checked(SAMPLES["vtt"](), "f.vtt"), checked(mp3(), "f.mp3")
        picture, paper = checked(png(), "f.png"), checked(pdf(), "f.pdf")
        VideoContent.objects.create(page=page, title="Film", file=film, subtitles=text)
        AudioContent.objects.create(page=page, title="Sound", file=sound, text="la la")
        ImageContent.objects.create(page=page, title="Picture", file=picture, alt="A quay")
        DocumentContent.objects.create(page=page, title="Paper", file=paper)
        answer = self.client.get(FRONT)
        for html in (
            f'<video controls preload="metadata" src="{film.url}"',
            f'<track kind="subtitles" src="{text.url}"',
            f'<audio controls preload="metadata" src="{sound.url}"',
            f'<img src="{picture.url}" alt="A quay" loading="lazy">',
            f'href="{paper.url}"',
            "la la",
        ):
            self.assertContains(answer, html)
        self.assertNotContains(answer, "<script")
        self.assertNotContains(answer, "http://testserver/media")

    def test_names_of_files_keep_their_letters_in_addresses(self) -> None:
        page = a_page(videos=0)
        DocumentContent.objects.create(page=page, title="x", file=checked(pdf(), "Отчёт № 5.pdf"))
        self.assertContains(self.client.get(FRONT), "/media/")
        self.assertContains(self.client.get(FRONT), "%D0%9E%D1%82")

    def test_what_is_not_there_yet_and_what_is_elsewhere(self) -> None:
        page = a_page(videos=0)
        VideoContent.objects.create(page=page, title="Waiting", file=added(mp4(), "f.mp4"))
        VideoContent.objects.create(page=page, title="Elsewhere", url="https://video.example/1")
        answer = self.client.get(FRONT)
        self.assertContains(answer, "This file is not ready yet.")
        self.assertContains(answer, '<a class="document" href="https://video.example/1" rel="noopener noreferrer">')

    def test_active_formats_are_links(self) -> None:
        page = a_page(videos=0)
        ImageContent.objects.create(page=page, title="Drawing", file=checked(SAMPLES["svg"](), "f.svg"))
        answer = self.client.get(reverse("front-page-detail", args=[page.pk]))
        self.assertNotContains(answer, '<img src="/media/')
        self.assertContains(answer, '<a class="document" href="/media/')

    def test_types_of_tomorrow(self) -> None:
        page = a_page(videos=0)
        PodcastContent.objects.create(page=page, title="Pilot", file=checked(mp3(), "f.mp3"))
        QuoteContent.objects.create(page=page, title="A quote", said_by="somebody")
        answer = self.client.get(FRONT)
        self.assertContains(answer, "<audio")
        self.assertContains(answer, "podcast episode")
        self.assertContains(answer, "A quote")

    def test_texts_are_escaped(self) -> None:
        page = a_page("<script>t</script>", videos=0, text="<script>x</script>")
        VideoContent.objects.create(page=page, title="<script>v</script>", url="https://video.example/1")
        for url in (FRONT, reverse("front-page-detail", args=[page.pk])):
            self.assertNotContains(self.client.get(url), "<script>")

    def test_the_list_is_turned_by_links(self) -> None:
        for number in range(8):
            a_page(f"Page no. {number}", videos=0)
        first, second = self.client.get(FRONT), self.client.get(FRONT, {"page": "2"})
        self.assertContains(first, 'href="?page=2"')
        self.assertNotContains(first, "Page no. 1<")
        self.assertContains(second, "Page no. 1<")
        self.assertContains(second, 'rel="prev" href="/"')
        self.assertEqual(self.client.get(FRONT, {"page": "3"}).status_code, 404)
        for nonsense in ("0", "-1", "x", "9" * 30):
            self.assertEqual(self.client.get(FRONT, {"page": nonsense}).status_code, 400, nonsense)
        self.assertEqual(self.client.get(FRONT, {"utm_source": "mail"}).status_code, 200)

    def test_constant_queries(self) -> None:
        a_page()
        with self.assertNumQueries(8) as few:
            self.client.get(FRONT)
        for number in range(5):
            page = a_page(f"{number}")
            VideoContent.objects.create(page=page, title="x", file=checked(mp4(), f"{number}.mp4"))
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(FRONT)

    def test_no_views_are_counted(self) -> None:
        page = a_page()
        self.client.get(FRONT)
        self.client.get(reverse("front-page-detail", args=[page.pk]))
        self.assertEqual(pools.pages_sync().dbsize(), 0)
        self.assertEqual(set(Content.objects.values_list("counter", flat=True)), {0})

    def test_reading_only(self) -> None:
        self.assertEqual(self.client.post(FRONT).status_code, 405)
        self.assertEqual(self.client.head(FRONT).status_code, 200)


class PreviewTests(TestCase):
    def setUp(self) -> None:
        self.draft = a_page("A draft", is_published=False)
        self.url = reverse("front-page-detail", args=[self.draft.pk])

    def test_it_works(self) -> None:
        self.client.force_login(someone(is_staff=True, is_superuser=True))
        answer = self.client.get(self.url)
        self.assertContains(answer, "Only staff see this page")
        self.assertContains(answer, reverse("admin:content_page_change", args=[self.draft.pk]))
        self.assertNotContains(self.client.get(FRONT), "A draft")

    def test_others_see_nothing(self) -> None:
        for user in (None, someone("reader"), someone("staff", is_staff=True)):
            if user is not None:
                self.client.force_login(user)
            self.assertEqual(self.client.get(self.url).status_code, 404)

    def test_a_published_page_is_no_preview(self) -> None:
        Page.objects.update(is_published=True)
        self.client.force_login(someone(is_staff=True, is_superuser=True))
        self.assertNotContains(self.client.get(self.url), "Only staff see this page")
