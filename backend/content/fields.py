"""A column that only counts."""

from typing import Any

from django.db import models
from django.db.models import F


class CounterField(models.PositiveBigIntegerField):  # type: ignore[type-arg]
    """A number that `QuerySet.update` alone changes.

    Views are added while an editor has a form open. Saving the object must not write back the number that was read
    with it, so an UPDATE sets the column to itself.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.name)
