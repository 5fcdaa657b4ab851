"""/admin/files/mediafile/add/ — one file or several, each taken or refused by itself."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from files.models import MediaFile
from files.tests.editors import ADD, EditorTestCase, an_editor
from files.tests.library import incoming_files
from files.tests.samples import mp3, mp4


class AddTests(EditorTestCase):
    def add(self, **files: bytes) -> Any:
        uploads = [SimpleUploadedFile(name.replace("_", "."), body) for name, body in files.items()]
        return self.client.post(ADD, {"uploads": uploads}, follow=True)

    def test_it_works(self) -> None:
        page = self.add(clip_mp4=mp4(), sound_mp3=mp3())
        self.assertContains(page, "2 files were received and are being checked.")
        found = MediaFile.objects.order_by("name").values_list("name", "status", "owner")
        pending = MediaFile.Status.PENDING
        self.assertEqual(list(found), [("clip.mp4", pending, self.admin.pk), ("sound.mp3", pending, self.admin.pk)])
        self.assertEqual(LogEntry.objects.count(), 2)

    def test_the_others_are_taken_when_one_is_refused(self) -> None:
        page = self.add(clip_mp4=mp4(), empty_mp4=b"", program_exe=b"MZ")
        self.assertContains(page, "1 file was received and is being checked.")
        self.assertContains(page, "empty.mp4: The file is empty.")
        self.assertContains(page, "program.exe: Files named “.exe” are not taken.")
        self.assertEqual([file.name for file in MediaFile.objects.all()], ["clip.mp4"])
        self.assertEqual(len(incoming_files()), 1)

    def test_nothing_was_chosen(self) -> None:
        self.assertContains(self.client.post(ADD, {}), "This field is required.")

    @override_settings(MAX_UPLOAD_SIZE=10)
    def test_too_large(self) -> None:
        self.assertContains(self.add(clip_mp4=mp4()), "The file is larger than the limit of 10 B.")

    def test_names_of_refused_files_are_escaped(self) -> None:
        upload = SimpleUploadedFile("<b>x</b>.exe", b"MZ")
        page = self.client.post(ADD, {"uploads": [upload]})
        self.assertNotContains(page, "<b>x")

    def test_permissions(self) -> None:
        self.client.force_login(an_editor("viewer", "view_mediafile"))
        self.assertEqual(self.add(clip_mp4=mp4()).status_code, 403)
        self.client.force_login(an_editor("adder", "add_mediafile", "view_mediafile"))
        self.assertContains(self.add(clip_mp4=mp4()), "1 file was received")
