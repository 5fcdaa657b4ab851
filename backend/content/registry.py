"""Which content types there are: every concrete model that inherits `Content`, in the order of their classes."""

from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from content.models import Content


@cache
def content_types() -> dict[str, type["Content"]]:
    """The model of each type, by the type's name."""
    from content.models import Content

    return {
        model.type_name(): model
        for model in apps.get_models()
        if issubclass(model, Content) and model is not Content and not model._meta.proxy
    }


def CONTENT_TYPES_CHOICES() -> list[tuple[str, str]]:  # noqa: N802 - the name users of the setting know
    """(name, label) of each type, for choices; evaluated when asked, so a new type needs no edit here."""
    return [(name, str(model._meta.verbose_name)) for name, model in content_types().items()]
