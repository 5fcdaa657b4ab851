"""What can be done with several files of the list at once."""

from unittest import mock

from core import admin_lists
from files import finalize
from files.models import MediaFile
from files.tests.editors import LIST, EditorTestCase, an_editor
from files.tests.library import added, checked
from files.tests.samples import mp4
from storage import incoming

Status = MediaFile.Status


class ActionTests(EditorTestCase):
    def failed(self, name: str) -> MediaFile:
        file = added(mp4(), name)
        incoming.discard(file.incoming)
        finalize.check(file.pk)
        return file

    def statuses(self) -> dict[str, str]:
        return dict(MediaFile.objects.values_list("name", "status"))

    def test_it_works(self) -> None:
        """Failed files are checked again; of the others it is said why not."""
        lost, fine = self.failed("lost.mp4"), checked(mp4(), "fine.mp4")
        page = self.act("retry_selected", lost, fine)
        self.assertEqual(self.statuses(), {"lost.mp4": Status.PENDING, "fine.mp4": Status.COMPLETED})
        self.assertContains(page, "Being checked again: 1.")
        self.assertContains(page, "“fine.mp4”: Only a Failed file can be tried again.")

    def test_trash_and_restore(self) -> None:
        files = [checked(mp4(), f"{number}.mp4") for number in range(2)]
        self.assertContains(self.act("trash_selected", *files), "Moved to the trash: 2.")
        self.assertEqual(MediaFile.objects.live().count(), 0)
        self.assertContains(self.act("restore_selected", *files, trash="yes"), "Taken out of the trash: 2.")
        self.assertEqual(MediaFile.objects.live().count(), 2)

    def test_only_what_is_in_the_trash_is_deleted_for_good(self) -> None:
        kept, trashed = checked(mp4(), "kept.mp4"), checked(mp4(), "trashed.mp4")
        self.act("trash_selected", trashed)
        self.assertContains(self.act("delete_selected", kept), "None of those chosen is one for this action.")
        self.assertContains(self.act("delete_selected", trashed, trash="yes"), "Deleted for good: 1.")
        self.assertEqual(list(MediaFile.objects.all()), [kept])

    def test_too_many_at_once_are_refused(self) -> None:
        files = [added(mp4(), f"{number}.mp4") for number in range(3)]
        with mock.patch.object(admin_lists, "ACTION_AT_MOST", 2):
            page = self.act("trash_selected", *files)
        self.assertContains(page, "Choose at most 2 at a time.")
        self.assertEqual(MediaFile.objects.live().count(), 3)

    def test_the_queries_of_a_page_do_not_depend_on_what_was_refused(self) -> None:
        files = [checked(mp4(), f"{number}.mp4") for number in range(15)]
        page = self.act("retry_selected", *files)
        self.assertContains(page, "… and 5 more were left as they are.")

    def test_permissions(self) -> None:
        lost = self.failed("lost.mp4")
        self.client.force_login(an_editor("viewer", "view_mediafile"))
        form = {"action": "retry_selected", "_selected_action": [str(lost.pk)]}
        self.client.post(LIST, form)
        self.assertEqual(self.statuses(), {"lost.mp4": Status.FAILED})
