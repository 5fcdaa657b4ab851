"""Use cases of the admin that change many pages at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from content import invalidation
from content.models import Content, Page


def publish(*, pages: Iterable[Page]) -> int:
    """Let visitors see pages: now, or at their hour if they have one; returns how many were hidden before."""
    return _set_published(pages, True)


def unpublish(*, pages: Iterable[Page]) -> int:
    """Hide pages from visitors; returns how many were published before."""
    return _set_published(pages, False)


def _set_published(pages: Iterable[Page], published: bool) -> int:
    page_ids = [page.pk for page in pages]
    with transaction.atomic():
        others = Page.objects.filter(pk__in=page_ids, is_published=not published)
        count = others.update(is_published=published, updated_at=timezone.now())
        invalidation.changed(page_ids)
    return count


def set_active(*, contents: Iterable[Content], active: bool) -> int:
    """Show or hide contents on their pages; returns how many were not so before."""
    content_ids = [content.pk for content in contents]
    with transaction.atomic():
        others = Content.objects.filter(pk__in=content_ids, is_active=not active)
        page_ids = set(others.values_list("page_id", flat=True))
        count = others.update(is_active=active, updated_at=timezone.now())
        invalidation.changed(page_ids)
    return count
