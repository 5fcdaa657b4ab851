"""Who keeps a blob: every foreign key with PROTECT that any app has to it. References are the truth, not a count."""

from django.db import models
from django.db.models import Exists, OuterRef

from storage.models import Blob

ForeignKey = models.ForeignKey[models.Model, models.Model]


def keeping_fields() -> list["ForeignKey"]:
    """The foreign keys that keep a blob from being collected."""
    return [
        relation.field
        for relation in Blob._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT
    ]


def unreferenced() -> models.QuerySet[Blob]:
    """Blobs that nothing keeps, as of one look; somebody may take one up again right after."""
    blobs = Blob.objects.all()
    for field in keeping_fields():
        blobs = blobs.exclude(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return blobs


def is_referenced(blob: Blob) -> bool:
    """Whether anything keeps the blob; the answer lasts while the blob's row is locked."""
    return any(field.model._base_manager.filter(**{field.name: blob}).exists() for field in keeping_fields())
