"""The model field that takes a file of the library, one being uploaded, or nothing."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from files.models import MediaFile
from files.services import Received, add_file


class AsyncFileField(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key to a library file, for any model.

    Assign a `MediaFile`, or what a form or serializer field received (`files.services.Received`): the library file is
    then made when the model is saved, and its check runs in the background. `.url`, `.name` and `.size` read like
    those of Django's FileField. A file in use cannot be deleted (PROTECT).

    `file_restrictions` lists the kinds of the library that are taken (`video`, `image`, …); left out, the model's
    `file_kinds` does, and without either any kind is taken.
    """

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
        return self.file_restrictions or tuple(getattr(self.model, "file_kinds", ())) or self.kinds_default

    def save_form_data(self, instance: models.Model, data: MediaFile | Received | None) -> None:
        """Take a form's value. A received file is kept beside the instance until `pre_save`."""
        received = instance.__dict__.setdefault("_received_files", {})
        received.pop(self.name, None)
        if isinstance(data, Received):
            received[self.name] = data
            data = None
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
