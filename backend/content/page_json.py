"""Pages as JSON, straight from the database in a constant number of queries.

A body is made once and sent many times, each time with other view counts. So it is kept in pieces: `Rendered.body` has
a NUL byte (which JSON never contains) wherever a counter belongs; `content.page_shelf` puts the numbers in.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from content.models import Content, Page, due
from content.page_query import ORDERINGS, DetailQuery, ListQuery
from content.registry import content_types
from content.type_json import type_json
from core.errors import NotFound

ROOT = "/api/page/content/"
GAP = b"\0"
_MAX_ID = 2**63 - 1
_COLUMNS = ("id", "title", "text", "created_at", "updated_at")


class Shown(NamedTuple):
    """The contents that a page shows, and their views in the database, in their order."""

    page_id: int
    ids: tuple[int, ...]
    counters: tuple[int, ...]


@dataclass(frozen=True)
class Rendered:
    """The JSON of an answer without its counters.

    `shown` are the pages that show contents, in the order of the gaps in `body`. `expires_at` is when the answer stops
    being true by itself, because a scheduled page joins the list.
    """

    body: bytes
    shown: tuple[Shown, ...]
    etag: bytes
    expires_at: datetime | None = None


def render_detail(page_id: int, query: DetailQuery, *, pages: "QuerySet[Page] | None" = None) -> Rendered:
    """One page; NotFound when it is not one of `pages` (left out: those that visitors may see now).

    1 query + 1 for each content type.
    """
    if page_id > _MAX_ID:
        raise NotFound
    row = (Page.objects.published() if pages is None else pages).filter(pk=page_id).values(*_COLUMNS).first()
    if row is None:
        raise NotFound
    contents = _contents([page_id], query.fields)
    return _finish(_page(row, contents.get(page_id, []), query.fields), contents)


def render_list(query: ListQuery) -> Rendered:
    """One page of the list; NotFound past its end. 2 queries + 1 for each content type."""
    now = timezone.now()
    candidates = _matching(query)
    facts = candidates.aggregate(
        count=Count("pk", filter=due(now)), next_at=Min("publish_at", filter=Q(publish_at__gt=now))
    )
    count, first = facts["count"], (query.page - 1) * query.page_size
    if first and first >= count:
        raise NotFound
    order = ORDERINGS[query.ordering]
    # The ids come from an index alone, however deep the page of the list; only then are whole rows read.
    shown = candidates.filter(due(now)).order_by(*order).values("pk")[first : first + query.page_size]
    rows = list(Page.objects.filter(pk__in=shown).order_by(*order).values(*_COLUMNS))
    contents = _contents([row["id"] for row in rows], query.fields)
    answer = {
        "count": count,
        "next": _link(query, query.page + 1) if first + query.page_size < count else None,
        "previous": _link(query, query.page - 1) if query.page > 1 else None,
        "results": [_page(row, contents.get(row["id"], []), query.fields) for row in rows],
    }
    in_order = {row["id"]: contents[row["id"]] for row in rows if row["id"] in contents}
    return _finish(answer, in_order, facts["next_at"])


def _matching(query: ListQuery) -> QuerySet[Page]:
    """Published pages that the filters let through, whether or not their hour has come."""
    pages: QuerySet[Page] = Page.objects.filter(is_published=True)
    if query.content_type:
        of_type = Content.objects.filter(page=OuterRef("pk"), content_type=query.content_type, is_active=True)
        pages = pages.filter(Exists(of_type))
    if query.created_after:
        pages = pages.filter(created_at__gte=query.created_after)
    if query.created_before:
        pages = pages.filter(created_at__lt=query.created_before)
    if query.search:
        pages = pages.filter(_containing(query.search))
    return pages


def _containing(text: str) -> Q:
    """That title or text contains this, in any case.

    SQLite's LIKE folds ASCII letters only, but its REGEXP is Python's. PostgreSQL folds what the locale of the database
    knows, which may be as little, so there the ways in which people write words are looked for too.
    """
    if text.isascii():
        lookup, spellings = "icontains", {text}
    elif connection.vendor == "sqlite":
        lookup, spellings = "iregex", {re.escape(text)}
    else:
        lookup, spellings = "icontains", {text, text.lower(), text.upper(), text.capitalize()}
    wanted = [(f"{column}__{lookup}", spelling) for column in ("title", "text") for spelling in sorted(spellings)]
    return Q(*wanted, _connector=Q.OR)


def _contents(page_ids: list[int], fields: tuple[str, ...]) -> dict[int, list[dict[str, Any]]]:
    """The active contents of some pages, by page and in their order: one query for each type."""
    found: dict[int, list[dict[str, Any]]] = {}
    if "contents" not in fields or not page_ids:
        return found
    for model in content_types().values():
        shape = type_json(model)
        for row in shape.rows.filter(page_id__in=page_ids):
            found.setdefault(row[0], []).append(shape.render(row))
    for contents in found.values():
        contents.sort(key=lambda content: (content["order"], content["id"]))
    return found


def _page(row: dict[str, Any], contents: list[dict[str, Any]], fields: tuple[str, ...]) -> dict[str, Any]:
    page = {
        "id": row["id"],
        "contents": contents,
        "created_at": _moment(row["created_at"]),
        "updated_at": _moment(row["updated_at"]),
        "url": f"{settings.PUBLIC_URL}{ROOT}{row['id']}/",
        "title": row["title"],
        "text": row["text"],
    }
    return {name: page[name] for name in fields}


def _moment(moment: datetime) -> str:
    """As Django REST framework writes it: in the site's time zone, UTC as `Z`."""
    return timezone.localtime(moment).isoformat().replace("+00:00", "Z")


def _link(query: ListQuery, page: int) -> str:
    query_string = query.query_string(page)
    return f"{settings.PUBLIC_URL}{ROOT}{'?' if query_string else ''}{query_string}"


def _finish(
    answer: dict[str, Any], contents: dict[int, list[dict[str, Any]]], expires_at: datetime | None = None
) -> Rendered:
    """The answer's bytes, its counters taken out. `contents`, by page, are in the order in which they stand in it."""
    # No text of an editor can look like a mark that was drawn after it was written.
    mark = secrets.token_hex(16)
    shown = []
    for page_id, listed in contents.items():
        ids, counters = zip(*((content["id"], content["counter"]) for content in listed), strict=True)
        shown.append(Shown(page_id, ids, counters))
        for content in listed:
            content["counter"] = mark
    whole = json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    body = whole.replace(f'"{mark}"'.encode(), GAP)
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Rendered(
        body=body,
        shown=tuple(shown),
        etag=f'W/"{digest}"'.encode(),
        expires_at=expires_at,
    )
