"""How the files of a multipart body are received: straight to the media's filesystem, and durable when complete."""

import os

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from storage import disk


class IncomingUploadHandler(TemporaryFileUploadHandler):
    """Spools every file, however small, to FILE_UPLOAD_TEMP_DIR, from where it is adopted by a link and never copied.

    The bytes are flushed to disk here, before the view opens its transaction, so that no lock waits for the disk.
    """

    def new_file(self, *args: object, **kwargs: object) -> None:
        disk.make_folders(settings.INCOMING_ROOT)
        super().new_file(*args, **kwargs)

    def file_complete(self, file_size: int) -> UploadedFile:
        received: UploadedFile = super().file_complete(file_size)
        received.flush()
        os.fsync(received.fileno())
        return received
