"""Loads the demo the way an editor would bring it in: received, put into the library, checked by the worker."""

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from accounts.models import User
from content.demo.pages import PAGES
from content.models import Page
from files.models import MediaFile
from files.services import add_file, receive
from storage import disk

_MEDIA = Path(__file__).parent / "media"


def marker() -> Path:
    """Remembers that the demo was loaded, so that a demo somebody has emptied does not come back."""
    return Path(settings.DATA_DIR) / "demo-was-loaded"


def load(owner: User) -> int:
    """Make the demo's pages, once; how many. A site that has pages already is in use and gets none."""
    if marker().exists():
        return 0
    count = 0 if Page.objects.exists() else _load(owner)
    marker().touch()
    return count


def _load(owner: User) -> int:
    with transaction.atomic():
        for page in PAGES:
            made = Page.objects.create(title=page.title, text=page.text, is_published=page.is_published)
            for order, entry in enumerate(page.contents, start=1):
                files = {column: _add(owner, source, name) for column, (source, name) in entry.files.items()}
                entry.model.objects.create(page=made, order=order, **entry.values, **files)
    return len(PAGES)


def _add(owner: User, source: str, name: str) -> MediaFile:
    """Put a copy into the library: what is adopted changes hands, and the original stays where it is."""
    path = _MEDIA / source
    disk.make_folders(settings.INCOMING_ROOT)
    with TemporaryUploadedFile(name, "", path.stat().st_size, None) as uploaded:
        uploaded.write(path.read_bytes())
        return add_file(receive(owner=owner, uploaded=uploaded))
