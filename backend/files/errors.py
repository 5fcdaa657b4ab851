from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, InsufficientStorage, InvalidRequest, TooLarge, Unprocessable, UnsupportedType


class EmptyFile(InvalidRequest):
    code = "empty_file"
    title = _("The file is empty.")


class TypeNotAllowed(UnsupportedType):
    code = "type_not_allowed"
    title = _("Files of this type are not taken here.")


class TypeMismatch(UnsupportedType):
    code = "type_mismatch"
    title = _("What the file contains is not what its name says.")


class FileTooLarge(TooLarge):
    code = "file_too_large"
    title = _("The file is too large.")


class ImageTooLarge(Unprocessable):
    code = "image_too_large"
    title = _("The image has too many pixels.")


class QuotaExceeded(InsufficientStorage):
    code = "quota_exceeded"
    title = _("There is no room left for this user's files.")


class FileInUse(Conflict):
    code = "file_in_use"
    title = _("The file is in use.")


class NotFailed(Conflict):
    code = "not_failed"
    title = _("Only a Failed file can be tried again.")


class FileFailed(Conflict):
    code = "file_failed"
    title = _("The check of the file failed, so there is nothing to send.")


class InTrash(Conflict):
    code = "in_trash"
    title = _("The file is in the trash; restore it first.")


class NotInTrash(Conflict):
    code = "not_in_trash"
    title = _("Only a file in the trash can be deleted.")


class CheckFailed(Exception):
    """The check of a received file ended in Failed; `code` and `message` are shown to its editor."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
