"""What the tests of the library have in common: people, received files, and files that have been checked."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core.media_types import TYPES
from core.names import clean_name, extension
from files import finalize
from files.models import MediaFile
from files.services import Received, add_file
from storage import disk


def someone(username: str = "editor", **fields: Any) -> User:
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(username, **fields)


def received(body: bytes, name: str, owner: User) -> Received:
    """A file as `files.services.receive` hands it on; its bytes are spooled below the incoming folder."""
    source = Path(settings.INCOMING_ROOT) / f"{uuid.uuid4().hex}.upload"
    source.write_bytes(body)
    found = TYPES[extension(name)]
    return Received(owner=owner, source=source, name=clean_name(name), kind=found.kind, mime=found.mime, size=len(body))


def added(body: bytes, name: str, owner: User | None = None, version_of: MediaFile | None = None) -> MediaFile:
    """A Pending file."""
    upload = received(body, name, owner or someone())
    file = add_file(upload, version_of=version_of)
    disk.delete(upload.source)
    return file


def checked(body: bytes, name: str, owner: User | None = None, version_of: MediaFile | None = None) -> MediaFile:
    """A file whose check is over."""
    file = added(body, name, owner, version_of)
    finalize.check(file.pk)
    file.refresh_from_db()
    return file


def media_files() -> list[Path]:
    return sorted(disk.files_below(Path(settings.MEDIA_ROOT)))


def incoming_files() -> list[Path]:
    return sorted(disk.files_below(Path(settings.INCOMING_ROOT)))


def bytes_of(file: MediaFile) -> bytes:
    assert file.blob is not None
    return disk.media_path(file.blob.path).read_bytes()


def upload(name: str, body: bytes) -> dict[str, SimpleUploadedFile]:
    """The multipart body of an upload."""
    return {"file": SimpleUploadedFile(name, body)}
