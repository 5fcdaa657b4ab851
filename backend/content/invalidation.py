"""Makes cached page JSON out of date when what it shows has changed.

In the transaction of the change a PageChange note is written; after its commit the generations of the page and of the
lists are replaced, so that what was cached under the old ones is never found again. A crash between the two, or a Redis
that is away, leaves the note, and the sweeper does the same once more for every note it finds. It keeps a note for two
minutes: a Redis that crashed may have come back with what it knew a second before. Views change no note.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from content import page_cache
from content.models import Content, Page, PageChange
from content.page_redis import Away
from content.registry import content_types
from content.type_json import file_fields
from files.signals import files_changed

log = logging.getLogger(__name__)
_KEPT = timedelta(minutes=2)
# SQLite takes only so many values in a statement.
_PART = 500


def changed(page_ids: Iterable[int]) -> None:
    """These pages look different once the transaction is committed; call it inside of it."""
    changed_ids = set(page_ids)
    if not changed_ids:
        return
    PageChange.objects.bulk_create([PageChange(page_id=page_id) for page_id in sorted(changed_ids)])
    transaction.on_commit(partial(_renew, changed_ids))


def _renew(page_ids: set[int]) -> None:
    try:
        page_cache.renew(page_ids)
    except Away:
        log.warning("the caches of %d pages will be renewed when Redis is back", len(page_ids))


def sweep() -> int:
    """Renew the caches of every noted page, and forget the notes that are old enough; returns how many were found.

    Raises Away, and forgets nothing, when Redis does not answer.
    """
    notes = list(PageChange.objects.order_by("id").values_list("id", "page_id", "created_at"))
    if not notes:
        return 0
    page_cache.renew({page_id for _id, page_id, _at in notes})
    oldest_kept = timezone.now() - _KEPT
    old = [note for note, _page, at in notes if at < oldest_kept]
    for first in range(0, len(old), _PART):
        PageChange.objects.filter(pk__in=old[first : first + _PART]).delete()
    return len(notes)


def connect() -> None:
    """Listen to everything that pages show; called once the apps are ready."""
    models_of_content: list[type[Content]] = [Content, *content_types().values()]
    for model in models_of_content:
        pre_save.connect(_content_will_be_saved, sender=model)
        post_save.connect(_content_changed, sender=model)
        post_delete.connect(_content_changed, sender=model)
    post_save.connect(_page_changed, sender=Page)
    post_delete.connect(_page_changed, sender=Page)
    files_changed.connect(_files_changed)


def _page_changed(instance: Page, **_: Any) -> None:
    changed([instance.pk])


def _content_will_be_saved(instance: Content, **_: Any) -> None:
    """A content that moves to another page leaves the page it was on."""
    if not instance._state.adding:
        left = Content.objects.filter(pk=instance.pk).exclude(page=instance.page_id)
        changed(left.values_list("page_id", flat=True))


def _content_changed(instance: Content, **_: Any) -> None:
    changed([instance.page_id])


def _files_changed(sender: type[models.Model], root_ids: Iterable[UUID], **_: Any) -> None:
    changed(pages_showing(root_ids))


def pages_showing(root_ids: Iterable[UUID]) -> set[int]:
    """Ids of the pages whose contents point at one of these files: one query for each file column of each type."""
    roots = list(root_ids)
    return {
        page_id
        for model in content_types().values()
        for field in file_fields(model)
        for page_id in model._default_manager.filter(**{f"{field}__in": roots}).values_list("page_id", flat=True)
    }
