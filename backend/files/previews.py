"""Players and pictures of library files for the admin. Names are escaped; nothing is loaded before it is looked at."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.names import extension
from files.badges import tile
from files.models import MediaFile
from files.states import State, state_of
from files.thumbnails import can_be_shown_small


def player(state: State) -> SafeString:
    """A player, a picture or a link, by kind; a sentence while there is nothing to show."""
    return format_html('<div class="file-preview" data-preview="{}">{}</div>', state["id"], _player(state))


def _player(state: State) -> SafeString:
    url, name = state["url"], state["name"]
    if url is None:
        return format_html('<span class="quiet">{}</span>', _("The preview appears when the file has been checked."))
    if state["kind"] == MediaFile.Kind.VIDEO:
        return format_html('<video controls preload="metadata" src="{}" aria-label="{}"></video>', url, name)
    if state["kind"] == MediaFile.Kind.AUDIO:
        return format_html('<audio controls preload="none" src="{}" aria-label="{}"></audio>', url, name)
    if can_be_shown_small(state["mime"]):
        picture = format_html('<img src="{}" alt="{}" loading="lazy">', thumbnail_url(state["id"], "large"), name)
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, picture)
    return format_html('<a class="button-link" href="{}" target="_blank" rel="noopener">{}</a>', url, _open(name))


def _open(name: str) -> str:
    return _("Open the %(type)s") % {"type": extension(name).upper() or _("file")}


def thumbnail(file: MediaFile) -> SafeString:
    """What stands before a name in a list: a small picture, a button that opens the player, or a tile."""
    state = state_of(file)
    return format_html('<span class="file-thumb" data-thumb="{}">{}</span>', state["id"], small(state))


def small(state: State) -> SafeString:
    mark = tile(state["kind"], state["name"])
    if state["url"] is None:
        return mark
    if can_be_shown_small(state["mime"]):
        mark = format_html(
            '<img src="{}" alt="" width="48" height="48" loading="lazy">', thumbnail_url(state["id"], "small")
        )
    return format_html(
        '<a href="{}" target="_blank" rel="noopener" data-play="{}" data-name="{}" title="{}">{}'
        '<span class="visually-hidden">{}</span></a>',
        state["url"],
        state["kind"],
        state["name"],
        _("Preview"),
        mark,
        _("Preview of %(name)s") % {"name": state["name"]},
    )


def thumbnail_url(file_id: str, size: str) -> str:
    return reverse("admin:files_mediafile_thumbnail", args=[file_id, size])
