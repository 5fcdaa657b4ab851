"""How a file's status looks wherever it is shown: one badge, for lists, forms and live messages alike.

Everything a file says of itself (its name, its error) was given by somebody and is escaped.
"""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.names import extension
from files.models import MediaFile
from files.reasons import in_readers_language
from files.states import State, state_of

_LABELS: Mapping[str, str | Promise] = dict(MediaFile.Status.choices)
_NOTHING = SafeString("")


def change_url(file_id: object) -> str:
    """The file's page in the library."""
    return reverse("admin:files_mediafile_change", args=[file_id])


def status_badge(file: MediaFile, *, inside_list: bool = False) -> SafeString:
    """The badge of a row that was read `with_state`; `inside_list` gives Retry a form to be sent with."""
    return badge(state_of(file), inside_list=inside_list)


def badge(state: State, *, inside_list: bool = False) -> SafeString:
    """The status in the active language, with the reason of a failure, a Retry, and what a duplicate is the same as."""
    return format_html(
        '<span class="file-status" data-file="{}" data-status="{}">'
        '<span class="status-badge status-{}">{}</span>{}{}{}</span>',
        state["id"],
        state["status"],
        state["status"].lower(),
        _LABELS[state["status"]],
        _reason(state),
        _retry(state, inside_list=inside_list),
        same_as(state),
    )


def _reason(state: State) -> SafeString:
    if not state["error"]:
        return _NOTHING
    attempts = _("attempt %(number)d") % {"number": state["attempt"]}
    reason = in_readers_language(state["error_code"], state["error"])
    return format_html(' <span class="status-reason">{} ({})</span>', reason, attempts)


def _retry(state: State, *, inside_list: bool) -> SafeString:
    """Outside a list the button works by script, for a page's form must not be sent away half written."""
    if state["status"] != MediaFile.Status.FAILED:
        return _NOTHING
    return format_html(
        ' <button type="{}" class="retry{}" data-retry formmethod="post" formnovalidate formaction="{}">{}</button>',
        "submit" if inside_list else "button",
        "" if inside_list else " needs-script",
        reverse("admin:files_mediafile_retry", args=[state["id"]]),
        _("Retry"),
    )


def same_as(state: State) -> SafeString:
    same = state["same_as"]
    if same is None:
        return _NOTHING
    link = format_html('<a href="{}">{}</a>', change_url(same["id"]), same["name"])
    return format_html(' <span class="same-as">{} {}</span>', _("same as"), link)


def tile(kind: str, name: str) -> SafeString:
    """A small square that says what kind of file this is, where there is no picture to show."""
    return format_html('<span class="file-tile file-tile-{}" aria-hidden="true">{}</span>', kind, extension(name)[:4])
