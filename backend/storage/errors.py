from django.utils.translation import gettext_lazy as _

from core.errors import InsufficientStorage, NotFound, Problem


class NoSpace(InsufficientStorage):
    code = "no_space"
    title = _("There is not enough free disk space.")


class BlobMissing(NotFound):
    code = "blob_missing"
    title = _("The stored bytes of this file are missing.")


class PreconditionFailed(Problem):
    code = "precondition_failed"
    title = _("The file is not the one that the request is meant for.")
    status = 412
