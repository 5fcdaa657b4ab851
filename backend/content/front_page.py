"""The site's own pages for people: what is published, playable without JavaScript.

They are for a first look and for an editor's preview; a visitor's front end reads the API. Both come from the same
JSON, `content.page_json`. Looking at these pages counts no views.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.models import Page
from content.page_json import GAP, Rendered, render_detail, render_list
from content.page_query import MAX_PAGE, DetailQuery, ListQuery
from content.registry import content_types
from core.media_types import is_inline
from core.pagination import positive
from core.units import format_duration, format_size

_PAGES = 6


@dataclass(frozen=True)
class Medium:
    """A content as these pages show it.

    `player` is video, audio, image, file (a stored file to open), link (another site's address) or none (its file is
    not there yet). Addresses of our own are relative.
    """

    title: str
    type_name: str
    player: str
    url: str = ""
    mime: str = ""
    subtitles: str = ""
    text: str = ""
    alt: str = ""
    facts: str = ""


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """What this is, where its parts are, and the published pages, the newest first."""
    number = positive("page", request.GET.get("page", ""), 1, MAX_PAGE)
    shown = _json(render_list(ListQuery(page=number, page_size=_PAGES)))
    context = {
        "pages": [(page, list(_media(page))) for page in shown["results"]],
        "number": number,
        "newer": number - 1,
        "older": number + 1 if shown["next"] else 0,
    }
    return render(request, "content/front_page.html", context)


@require_safe
def page_detail(request: HttpRequest, page_id: int) -> HttpResponse:
    """One page; staff who may see pages in the admin see those that are not published too."""
    may_preview = request.user.is_staff and request.user.has_perm("content.view_page")
    pages = Page.objects.all() if may_preview else Page.objects.published()
    page = _json(render_detail(page_id, DetailQuery(), pages=pages))
    hidden = may_preview and not Page.objects.published().filter(pk=page_id).exists()
    context = {"page": page, "media": list(_media(page)), "hidden": hidden, "may_change": may_preview}
    return render(request, "content/page.html", context)


def _json(rendered: Rendered) -> dict[str, Any]:
    """The answer as the API gives it, but for the view counts, which these pages do not show."""
    answer: dict[str, Any] = json.loads(rendered.body.replace(GAP, b"0"))
    return answer


def _media(page: Mapping[str, Any]) -> Iterator[Medium]:
    for content in page["contents"]:
        name = content["type"]
        path, address = content.get(f"{name}_path"), content.get(f"{name}_url")
        yield Medium(
            title=content["title"],
            type_name=str(content_types()[name]._meta.verbose_name),
            player=_player(content, path, address),
            url=_own(path) if path else address or "",
            mime=content["mime"] or "",
            subtitles=_subtitles(content),
            text=content.get("text") or "",
            alt=content.get("alt") or "",
            facts=_facts(content) if path else urlsplit(address or "").netloc,
        )


def _player(content: Mapping[str, Any], path: str | None, address: str | None) -> str:
    if not path:
        return "link" if address else "none"
    kind = str(content["mime"] or "").split("/")[0]
    return kind if kind in {"video", "audio", "image"} and is_inline(content["mime"]) else "file"


def _own(url: str) -> str:
    """Without scheme and host, so that the page works under whatever name it was reached."""
    return url.removeprefix(settings.PUBLIC_URL)


def _subtitles(content: Mapping[str, Any]) -> str:
    """Browsers read WebVTT only, and only from the page's own site."""
    url = _own(content.get("subtitles_url") or "")
    return url if url.startswith("/") and url.endswith(".vtt") else ""


def _facts(content: Mapping[str, Any]) -> str:
    facts = [format_size(content["size"])] if content["size"] else []
    if content["duration"]:
        facts.insert(0, format_duration(content["duration"]))
    return " · ".join(facts)
