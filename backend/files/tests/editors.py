"""What the tests of the library's admin have in common."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.test import TestCase
from django.urls import reverse

from accounts.models import User
from files.models import MediaFile
from files.tests.library import someone

LIST = reverse("admin:files_mediafile_changelist")
ADD = reverse("admin:files_mediafile_add")


def change_of(file: MediaFile) -> str:
    return reverse("admin:files_mediafile_change", args=[file.pk])


def delete_of(file: MediaFile) -> str:
    return reverse("admin:files_mediafile_delete", args=[file.pk])


def an_editor(username: str = "ed", *permissions: str) -> User:
    """Staff with these permissions of the library and no others."""
    user = someone(username, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="files"))
    return user


class EditorTestCase(TestCase):
    """Requests of an administrator."""

    def setUp(self) -> None:
        self.admin = someone("root", is_staff=True, is_superuser=True)
        self.client.force_login(self.admin)

    def act(self, action: str, *files: MediaFile, **filters: str) -> Any:
        """Do an action with files of the list; the page that follows."""
        form = {"action": action, "_selected_action": [str(file.pk) for file in files]}
        return self.client.post(f"{LIST}?{urlencode(filters)}", form, follow=True)
