"""The admin as a whole: who may use it, and the search of the library from any form."""

from typing import Any

from django.test import TestCase
from django.urls import reverse

from files import services
from files.tests.editors import an_editor
from files.tests.library import added, checked, someone
from files.tests.samples import mp3, mp4, png


class AutocompleteTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(someone("root", is_staff=True, is_superuser=True))

    def search(self, term: str = "", field: str = "file", model: str = "videocontent", **more: str) -> Any:
        asked = {"app_label": "content", "model_name": model, "field_name": field, "term": term, **more}
        return self.client.get(reverse("admin:autocomplete"), asked)

    def texts(self, *args: Any, **kwargs: Any) -> list[str]:
        return [entry["text"].split(" · ")[0] for entry in self.search(*args, **kwargs).json()["results"]]

    def test_it_works(self) -> None:
        """Files of the field's kinds alone, told apart by size, day and what is still to come."""
        checked(mp4(), "Отпуск.mp4")
        added(mp4(), "waiting.mp4")
        checked(mp3(), "sound.mp3")
        self.assertCountEqual(self.texts(), ["Отпуск.mp4", "waiting.mp4"])
        self.assertEqual(self.texts("отпуск"), ["Отпуск.mp4"])
        self.assertEqual(self.texts(model="audiocontent"), ["sound.mp3"])
        self.assertTrue(self.search("waiting").json()["results"][0]["text"].endswith(" · Pending"))

    def test_a_field_of_an_example_type(self) -> None:
        asked = {"app_label": "example", "model_name": "podcastcontent", "field_name": "cover", "term": ""}
        checked(png(), "cover.png")
        checked(mp3(), "sound.mp3")
        results = self.client.get(reverse("admin:autocomplete"), asked).json()["results"]
        self.assertEqual([entry["text"].split(" · ")[0] for entry in results], ["cover.png"])

    def test_neither_the_trash_nor_other_versions(self) -> None:
        trashed, kept = checked(mp4(), "trashed.mp4"), checked(mp4(seconds=3), "kept.mp4")
        services.trash([trashed])
        checked(mp4(seconds=4), "version.mp4", version_of=kept)
        self.assertEqual(self.texts(), ["kept.mp4"])

    def test_pages_of_results(self) -> None:
        for number in range(25):
            added(mp4(), f"{number}.mp4")
        first, second = self.search().json(), self.search(page="2").json()
        self.assertEqual((len(first["results"]), first["pagination"]), (20, {"more": True}))
        self.assertEqual((len(second["results"]), second["pagination"]), (5, {"more": False}))

    def test_who_may_search(self) -> None:
        self.client.force_login(an_editor("nobody"))
        self.assertEqual(self.search().status_code, 403)
        self.client.force_login(an_editor("viewer", "view_mediafile"))
        self.assertEqual(self.search().status_code, 200)
        self.client.logout()
        self.assertEqual(self.search().status_code, 302)


class IndexTests(TestCase):
    def test_it_works(self) -> None:
        """What editors work with comes first."""
        self.client.force_login(someone("root", is_staff=True, is_superuser=True))
        page = self.client.get(reverse("admin:index"))
        self.assertEqual([app["app_label"] for app in page.context["app_list"]][:2], ["content", "files"])
        self.assertContains(page, 'id="quayside-live"')
        self.assertContains(page, "/static/quayside/live.js")

    def test_no_script_of_ours_stands_in_a_page(self) -> None:
        """So that a strict content security policy can be set in front."""
        self.client.force_login(someone("root", is_staff=True, is_superuser=True))
        checked(mp4(), "clip.mp4")
        for url in (
            "/admin/",
            "/admin/content/page/add/",
            "/admin/files/mediafile/",
            "/admin/files/mediafile/add/",
            "/",
        ):
            html = self.client.get(url).content.decode()
            self.assertNotRegex(html, r"<script>|<script type=\"text/javascript\">|\son[a-z]+=\"|javascript:", url)


class LongSearchTests(TestCase):
    def test_it_works(self) -> None:
        """A search of a thousand words is refused with a sentence; it would be a query that SQLite does not take."""
        self.client.force_login(someone("root", is_staff=True, is_superuser=True))
        choices = {"app_label": "content", "model_name": "videocontent", "field_name": "file"}
        for name in ("files_mediafile", "content_page", "accounts_user", "auth_group", "storage_blob"):
            address = reverse(f"admin:{name}_changelist")
            self.assertEqual(self.client.get(address, {"q": "я " * 100}).status_code, 200)
            refused = self.client.get(address, {"q": "я " * 1000}, headers={"Accept": "text/html"})
            self.assertContains(refused, "At most 200 characters.", status_code=400)
        for words, status in ((100, 200), (1000, 400)):
            asked = self.client.get(reverse("admin:autocomplete"), {**choices, "term": "я " * words})
            self.assertEqual(asked.status_code, status)

    def test_who_is_not_logged_in_is_asked_to(self) -> None:
        answer = self.client.get(reverse("admin:content_page_changelist"), {"q": "a " * 1000})
        self.assertEqual(answer.status_code, 302)
