from core.errors import InsufficientStorage, NotFound
from django.utils.translation import gettext_lazy as _


class NoSpace(InsufficientStorage):
    code = "no_space"
    title = _("There is not enough free disk space.")


class BlobMissing(NotFound):
    code = "blob_missing"
    title = _("The stored bytes of this file are missing.")
