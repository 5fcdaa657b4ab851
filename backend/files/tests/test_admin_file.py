"""/admin/files/mediafile/<id>/change/ — all that is known of a file, its name and its versions."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files.models import MediaFile
from files.tests.editors import LIST, EditorTestCase, an_editor, change_of
from files.tests.library import added, checked
from files.tests.samples import mp3, mp4, png
from files.usage import using_fields


class FileTests(EditorTestCase):
    def test_it_works(self) -> None:
        file = checked(png(4, 5), "harbour.png")
        page = self.client.get(change_of(file))
        assert file.blob is not None
        for text in (
            file.blob.md5,
            file.blob.sha256,
            file.blob.path,
            file.library_path,
            "4 × 5 pixels",
            "Nowhere yet.",
        ):
            self.assertContains(page, text)

    def test_players(self) -> None:
        for body, name, player in (
            (mp4(), "clip.mp4", "<video controls"),
            (mp3(), "clip.mp3", "<audio controls"),
            (png(), "clip.png", "/thumbnail/large/"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "clip.svg", "Open the SVG"),
        ):
            self.assertContains(self.client.get(change_of(checked(body, name))), player)

    def test_before_the_check_there_is_no_player(self) -> None:
        page = self.client.get(change_of(added(mp4(), "clip.mp4")))
        self.assertContains(page, "The preview appears when the file has been checked.")
        self.assertNotContains(page, "<video")

    def test_rename(self) -> None:
        file = checked(mp4(), "clip.mp4")
        answer = self.client.post(change_of(file), {"name": "Якорь.mp4"})
        self.assertRedirects(answer, LIST, fetch_redirect_response=False)
        file.refresh_from_db()
        self.assertEqual((file.name, file.letter), ("Якорь.mp4", "Я"))

    def test_a_name_that_would_change_the_type_is_refused(self) -> None:
        file = checked(mp4(), "clip.mp4")
        page = self.client.post(change_of(file), {"name": "clip.mp3"})
        self.assertContains(page, "The new name must keep the file&#x27;s extension.")
        file.refresh_from_db()
        self.assertEqual(file.name, "clip.mp4")

    def test_a_duplicate_says_of_what(self) -> None:
        first, copy = checked(mp4(), "first.mp4"), checked(mp4(), "copy.mp4")
        page = self.client.get(change_of(copy))
        self.assertContains(page, f'<a href="{change_of(first)}">first.mp4</a>', html=True)

    def test_a_new_version(self) -> None:
        file = checked(mp4(), "clip.mp4")
        url = reverse("admin:files_mediafile_replace", args=[file.pk])
        answer = self.client.post(url, {"file": SimpleUploadedFile("better.mp4", mp4(seconds=9))}, follow=True)
        self.assertContains(answer, "The new version was received")
        version = MediaFile.objects.get(root=file, version=2)
        self.assertEqual((version.name, version.status), ("better.mp4", MediaFile.Status.PENDING))
        self.assertContains(self.client.get(change_of(file)), "2. better.mp4")

    def test_a_new_version_is_of_the_same_kind(self) -> None:
        file = checked(mp4(), "clip.mp4")
        url = reverse("admin:files_mediafile_replace", args=[file.pk])
        for upload in ({"file": SimpleUploadedFile("clip.mp3", mp3())}, {"file": SimpleUploadedFile("a.mp4", b"")}, {}):
            answer = self.client.post(url, upload, follow=True)
            self.assertContains(answer, 'class="error"')
        self.assertEqual(MediaFile.objects.count(), 1)

    def test_who_may_only_look_gets_no_buttons(self) -> None:
        file = checked(mp4(), "clip.mp4")
        self.client.force_login(an_editor("viewer", "view_mediafile"))
        page = self.client.get(change_of(file))
        self.assertContains(page, "clip.mp4")
        self.assertNotContains(page, "New version")
        self.assertNotContains(page, "Move to the trash")
        for name in ("replace", "retry", "restore"):
            url = reverse(f"admin:files_mediafile_{name}", args=[file.pk])
            self.assertEqual(self.client.post(url).status_code, 403, name)

    def test_constant_queries(self) -> None:
        file = checked(mp4(), "clip.mp4")
        queries = 4 + len(using_fields())
        with self.assertNumQueries(queries):
            self.client.get(change_of(file))
        for number in range(2, 8):
            checked(mp4(seconds=number), "clip.mp4", version_of=file)
        with self.assertNumQueries(queries):
            self.client.get(change_of(file))
