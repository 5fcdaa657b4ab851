"""What shows a file, with links, for the admin."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.errors import Problem
from files import usage
from files.errors import FileInUse
from files.models import MediaFile


def used_by(file: MediaFile, at_most: int = 100) -> list[SafeString]:
    """Links to what shows a file, each once."""
    uses = zip(usage.uses(MediaFile(pk=file.root_id)), range(at_most), strict=False)
    return list(dict.fromkeys(_link(use) for use, _number in uses))


def _link(use: usage.Use) -> SafeString:
    whole = use.whole
    opts = whole._meta
    if not admin.site.is_registered(type(whole)):
        return format_html("{} “{}”", opts.verbose_name, whole)
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[whole.pk])
    return format_html('{} <a href="{}">{}</a>', opts.verbose_name, url, whole)


def refusal(file: MediaFile, problem: Problem) -> SafeString:
    """Why a file was not removed, with links to what shows it."""
    if not isinstance(problem, FileInUse):
        return format_html("“{}”: {}", file.name, problem.detail or problem.title)
    users = format_html_join(", ", "{}", ((user,) for user in used_by(file, at_most=10)))
    return format_html(_("“{}” stays, for it is shown by {}."), file.name, users)
