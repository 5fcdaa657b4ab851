"""What the library's list and the page of a file show of it."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin_lists import short_date
from core.units import format_duration, format_size
from files.admin_usage import used_by
from files.badges import change_url, status_badge
from files.models import MediaFile
from files.previews import player, thumbnail
from files.states import state_of, with_state


class LibraryColumns:
    @admin.display(description="")
    def preview(self, file: MediaFile) -> SafeString:
        return thumbnail(file)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def named(self, file: MediaFile) -> str:
        newest = getattr(file, "newest_version", 1)
        if newest == 1:
            return file.name
        version = _("version %(number)d of %(newest)d") % {"number": file.version, "newest": newest}
        return format_html('{} <span class="quiet">{}</span>', file.name, version)

    @admin.display(description=gettext_lazy("status"))
    def status_now(self, file: MediaFile) -> SafeString:
        return status_badge(file, inside_list=hasattr(file, "used"))

    @admin.display(description=gettext_lazy("size"))
    def sized(self, file: MediaFile) -> str:
        return format_size(file.size)

    @admin.display(description=gettext_lazy("used"))
    def used_in(self, file: MediaFile) -> str:
        used: int = getattr(file, "used", 0)
        if not used:
            return "–"
        return ngettext("%(number)d time", "%(number)d times", used) % {"number": used}

    @admin.display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, file: MediaFile) -> SafeString:
        return short_date(file.created_at)

    @admin.display(description=gettext_lazy("preview"))
    def preview_large(self, file: MediaFile) -> SafeString:
        return player(state_of(file))

    @admin.display(description=gettext_lazy("path in the library"))
    def library_path(self, file: MediaFile) -> str:
        return file.library_path

    @admin.display(description=gettext_lazy("facts"))
    def facts(self, file: MediaFile) -> str:
        known = [file.get_kind_display(), file.mime, format_size(file.size)]
        if file.width and file.height:
            known.append(_("%(width)d × %(height)d pixels") % {"width": file.width, "height": file.height})
        if file.duration:
            known.append(format_duration(file.duration))
        return " · ".join(known)

    @admin.display(description=gettext_lazy("where used"))
    def used_where(self, file: MediaFile) -> SafeString | str:
        users = used_by(file)
        if not users:
            return _("Nowhere yet.")
        items = format_html_join("", "<li>{}</li>", ((user,) for user in users))
        return format_html('<ul class="plain-list">{}</ul>', items)

    @admin.display(description=gettext_lazy("versions"))
    def all_versions(self, file: MediaFile) -> SafeString | str:
        versions = with_state(MediaFile.objects.filter(root=file.root_id)).order_by("-version")
        rows = [
            (change_url(version.pk), version.version, version.name, status_badge(version))
            for version in versions[:50]
            if version.pk != file.pk
        ]
        if not rows:
            return _("This is the only one.")
        return format_html(
            '<ul class="plain-list">{}</ul>', format_html_join("", '<li><a href="{}">{}. {}</a> {}</li>', rows)
        )

    @admin.display(description="MD5")
    def md5(self, file: MediaFile) -> SafeString | str:
        return format_html("<code>{}</code>", file.blob.md5) if file.blob else "–"

    @admin.display(description="SHA-256")
    def sha256(self, file: MediaFile) -> SafeString | str:
        return format_html("<code>{}</code>", file.blob.sha256) if file.blob else "–"

    @admin.display(description=gettext_lazy("stored at"))
    def stored_at(self, file: MediaFile) -> SafeString | str:
        return format_html("<code>{}</code>", file.blob.path) if file.blob else "–"
