"""The buttons of the library: Retry, restore, trash and delete; all by POST, with Django's token."""

from django.test import Client
from django.urls import reverse

from files import finalize, services
from files.models import MediaFile
from files.tests.editors import LIST, EditorTestCase, an_editor, change_of, delete_of
from files.tests.library import added, checked
from files.tests.samples import mp4
from storage import incoming


class RetryTests(EditorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.file = added(mp4(), "lost.mp4")
        incoming.discard(self.file.incoming)
        finalize.check(self.file.pk)
        self.url = reverse("admin:files_mediafile_retry", args=[self.file.pk])

    def status(self) -> str:
        self.file.refresh_from_db()
        return self.file.status

    def test_it_works(self) -> None:
        answer = self.client.post(self.url, headers={"Referer": f"http://testserver{LIST}?status__exact=Failed"})
        self.assertRedirects(answer, f"http://testserver{LIST}?status__exact=Failed", fetch_redirect_response=False)
        self.assertEqual(self.status(), MediaFile.Status.PENDING)

    def test_a_script_gets_json(self) -> None:
        answer = self.client.post(self.url, headers={"Accept": "application/json"})
        self.assertEqual(answer.json(), {"detail": "The file is being checked again."})
        again = self.client.post(self.url, headers={"Accept": "application/json"})
        self.assertEqual((again.status_code, again.json()["code"]), (409, "not_failed"))

    def test_a_file_that_has_not_failed_is_refused_with_a_sentence(self) -> None:
        services.retry(self.file)
        page = self.client.post(self.url, follow=True)
        self.assertContains(page, "Only a Failed file can be tried again.")

    def test_nobody_is_led_to_another_site(self) -> None:
        answer = self.client.post(self.url, headers={"Referer": "https://elsewhere.example/"})
        self.assertRedirects(answer, LIST, fetch_redirect_response=False)

    def test_only_post_with_the_token(self) -> None:
        self.assertEqual(self.client.get(self.url).status_code, 405)
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(self.admin)
        self.assertEqual(careful.post(self.url).status_code, 403)
        self.assertEqual(self.status(), MediaFile.Status.FAILED)

    def test_unknown_file(self) -> None:
        url = reverse("admin:files_mediafile_retry", args=["00000000-0000-0000-0000-000000000000"])
        self.assertEqual(self.client.post(url).status_code, 404)

    def test_visitors_are_sent_to_the_login(self) -> None:
        self.client.logout()
        self.assertIn("/admin/login/", self.client.post(self.url)["Location"])


class RemoveTests(EditorTestCase):
    def test_it_works(self) -> None:
        """Asked first; then into the trash, and from there for good."""
        file = checked(mp4(), "clip.mp4")
        self.assertContains(self.client.get(delete_of(file)), "Move to the trash?")
        page = self.client.post(delete_of(file), follow=True)
        self.assertContains(page, "“clip.mp4” is in the trash.")
        self.assertFalse(MediaFile.objects.live().exists())

        self.assertContains(self.client.get(delete_of(file)), "Delete for good?")
        page = self.client.post(delete_of(file), follow=True)
        self.assertContains(page, "“clip.mp4” was deleted for good.")
        self.assertFalse(MediaFile.objects.exists())

    def test_restore(self) -> None:
        file = checked(mp4(), "clip.mp4")
        services.trash([file])
        self.assertContains(self.client.get(change_of(file)), "Put back into the library")
        self.client.post(reverse("admin:files_mediafile_restore", args=[file.pk]))
        self.assertTrue(MediaFile.objects.live().exists())

    def test_permissions(self) -> None:
        file = checked(mp4(), "clip.mp4")
        self.client.force_login(an_editor("changer", "view_mediafile", "change_mediafile"))
        self.assertEqual(self.client.get(delete_of(file)).status_code, 403)
        self.assertEqual(self.client.post(delete_of(file)).status_code, 403)
        self.assertTrue(MediaFile.objects.live().exists())

    def test_unknown_file(self) -> None:
        self.assertEqual(self.client.get(f"{LIST}nonsense/delete/").status_code, 404)
