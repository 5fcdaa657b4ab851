"""The model field that takes a file of the library, one being uploaded, or nothing."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from files.models import MediaFile, choosable
from files.services import Received, add_file
from uploads import forms


class AsyncFileDescriptor(ForwardManyToOneDescriptor):  # type: ignore[type-arg] # generic for the checker only
    """Takes a received file too, and keeps it beside the instance until `pre_save`."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        received = instance.__dict__.setdefault("_received_files", {})
        received.pop(self.field.name, None)
        if isinstance(value, Received):
            received[self.field.name] = value
            value = None
        super().__set__(instance, value)


class AsyncFileField(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key to a library file, for any model.

    Assign a `MediaFile`, or what a form or serializer field received (`files.services.Received`): the library file is
    then made when the model is saved, and its check runs in the background. `.url`, `.name` and `.size` read like
    those of Django's FileField. A file in use cannot be deleted (PROTECT).

    `file_restrictions` lists the kinds of the library that are taken (`video`, `image`, …); left out, the model's
    `file_kinds` does, and without either any kind is taken.
    """

    forward_related_accessor_class = AsyncFileDescriptor
    kinds_default: ClassVar[Sequence[str]] = ()

    def __init__(self, *, file_restrictions: Sequence[str] = (), **kwargs: Any) -> None:
        self.file_restrictions = tuple(file_restrictions)
        kwargs.setdefault("to", "files.MediaFile")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.file_restrictions:
            kwargs["file_restrictions"] = list(self.file_restrictions)
        return name, path, args, kwargs

    @property
    def kinds(self) -> Sequence[str]:
        """Kinds of library files that this field takes; empty means any."""
        return self.file_restrictions or self.kinds_default or tuple(getattr(self.model, "file_kinds", ()))

    def get_limit_choices_to(self) -> models.Q:
        """What may be chosen, for the admin's search."""
        return choosable(self.kinds)

    def formfield(self, **kwargs: Any) -> forms.AsyncFileField:
        """A field for an upload or a choice, where a foreign key would give a select of the whole library."""
        for name in ("using", "queryset", "to_field_name", "limit_choices_to"):
            kwargs.pop(name, None)
        form_class: type[forms.AsyncFileField] = kwargs.pop("form_class", None) or forms.AsyncFileField
        defaults = {
            "required": not self.blank,
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "kinds": self.kinds,
        }
        return form_class(**{**defaults, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """A received file has no key before `pre_save`, so there is nothing to look up for it."""
        if model_instance is not None and self.has_received(model_instance):
            return value
        return super().clean(value, model_instance)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """The file exists and is of a kind that is taken; a file that has Failed may stay where it is."""
        models.Field.validate(self, value, model_instance)
        if value is None:
            return
        known = model_instance is not None and self.is_cached(model_instance)
        file = getattr(model_instance, self.name) if known else MediaFile.objects.filter(pk=value).first()
        if file is None or file.pk != value:
            raise ValidationError(_("There is no such file in the library."), code="invalid")
        if self.kinds and file.kind not in self.kinds:
            raise ValidationError(_("A file of this kind is not taken here."), code="invalid")

    def save_form_data(self, instance: models.Model, data: MediaFile | Received | None) -> None:
        """Take a form's value."""
        setattr(instance, self.name, data)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        received = model_instance.__dict__.get("_received_files", {}).pop(self.name, None)
        if received is not None:
            setattr(model_instance, self.name, add_file(received))
        return super().pre_save(model_instance, add)

    def has_received(self, instance: models.Model) -> bool:
        return self.name in instance.__dict__.get("_received_files", {})


class AsyncImageField(AsyncFileField):
    """An AsyncFileField that takes images."""

    kinds_default = (MediaFile.Kind.IMAGE.value,)
