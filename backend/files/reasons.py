"""Why a check failed, in the language of whoever reads it.

A worker knows no reader, so it writes English into the row, and the sentence is looked up when it is shown. A reason in
words of its own, such as those of the operating system, is told by its code in other languages.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from files.errors import ImageTooLarge

WRITTEN_IN = "en"
_BY_CODE: Mapping[str, str | Promise] = {
    ImageTooLarge.code: ImageTooLarge.title,
    "storage_error": _("The storage did not answer."),
}


def in_readers_language(code: str, message: str) -> str:
    """The reason that a row holds as `error_code` and `error_message`; empty when it holds none."""
    if not message or get_language() == WRITTEN_IN:
        return message
    known = gettext(message)
    return known if known != message else str(_BY_CODE.get(code, message))
