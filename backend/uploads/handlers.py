"""How the files of a multipart body are received: straight to the media's filesystem, and durable when complete."""

import os
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from storage import disk


class IncomingUploadHandler(TemporaryFileUploadHandler):
    """Spools every file, however small, to FILE_UPLOAD_TEMP_DIR, from where it is adopted by a link and never copied.

    The bytes are flushed to disk here, before the view opens its transaction, so that no lock waits for the disk.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        disk.make_folders(settings.INCOMING_ROOT)
        super().new_file(*args, **kwargs)

    def file_complete(self, file_size: int) -> Any:
        received = super().file_complete(file_size)
        if received is not None:
            received.flush()
            os.fsync(received.fileno())
        return received
