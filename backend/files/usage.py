"""Where a file is used: every foreign key to it from another model, whichever app defines it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

from files.errors import FileInUse
from files.models import MediaFile


@dataclass(frozen=True)
class Use:
    """An object that shows a file, by which of its fields."""

    instance: models.Model
    field: str

    def __str__(self) -> str:
        return f"{self.instance._meta.verbose_name} “{self.instance}”"


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
        for instance in field.model._default_manager.filter(**{field.name: root.pk}):
            yield Use(instance, field.name)


def require_unused(root: MediaFile) -> None:
    """Raise FileInUse, naming the first users, while anything shows the file."""
    found = [str(use) for use, _number in zip(uses(root), range(5), strict=False)]
    if found:
        raise FileInUse(_("It is shown by: %(users)s.") % {"users": ", ".join(found)})
