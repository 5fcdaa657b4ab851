"""Where a file is used: every foreign key to it from another model, whichever app defines it.

A model whose objects people know as parts of something else names that relation in `part_of` (`part_of = "page"`).
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _

from files.errors import FileInUse
from files.models import MediaFile


@dataclass(frozen=True)
class Use:
    """An object that shows a file, by which of its fields."""

    instance: models.Model
    field: str

    @property
    def whole(self) -> models.Model:
        """What people know the user by: the page that a video is part of, or the object itself."""
        part_of = getattr(self.instance, "part_of", None)
        return getattr(self.instance, part_of) if part_of else self.instance

    def __str__(self) -> str:
        return f"{self.whole._meta.verbose_name} “{self.whole}”"


def using_fields() -> list["models.ForeignKey[models.Model, models.Model]"]:
    """The foreign keys that point at library files from outside the library."""
    relations = MediaFile._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not MediaFile
    ]


def uses(root: MediaFile) -> Iterator[Use]:
    """What shows a file; one query for each kind of user."""
    for field in using_fields():
        part_of = getattr(field.model, "part_of", None)
        users = field.model._default_manager.filter(**{field.name: root.pk}).order_by("pk")
        for instance in (users.select_related(part_of) if part_of else users).iterator():
            yield Use(instance, field.name)


class Uses:
    """What shows a file, as a list that is read a page at a time."""

    def __init__(self, root_id: uuid.UUID) -> None:
        self.root_id = root_id

    def count(self) -> int:
        return use_counts([self.root_id])[self.root_id]

    def __getitem__(self, part: slice) -> list[Use]:
        return list(islice(uses(MediaFile(pk=self.root_id)), part.start, part.stop))


def use_counts(root_ids: Collection[uuid.UUID]) -> Counter[uuid.UUID]:
    """How often each file is used; one query for each kind of user, however many files there are."""
    counts: Counter[uuid.UUID] = Counter()
    for field in using_fields():
        users = field.model._default_manager.filter(**{f"{field.name}__in": root_ids}).order_by()
        counts.update(dict(users.values_list(field.name).annotate(Count("pk"))))
    return counts


def require_unused(root: MediaFile) -> None:
    """Raise FileInUse, naming the first users, while anything shows the file."""
    named = dict.fromkeys(str(use) for use, _number in zip(uses(root), range(20), strict=False))
    if named:
        raise FileInUse(_("It is shown by: %(users)s.") % {"users": ", ".join(list(named)[:5])})
