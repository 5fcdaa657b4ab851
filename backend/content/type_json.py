"""What the JSON of a content looks like, worked out from its model: one source for the answers and for Swagger.

Every content has the keys of `BASE`, then those of its type's own columns, then the facts of its file:

- the library file `file` is `<type>_path`, another library file `x` is `x_path`: absolute URLs, null while there is
  nothing to show;
- the address `url` is `<type>_url`, null when empty;
- with `file_or_url = {"x": "x_url"}` on the model, `x_url` alone is there: the file's URL, or else the address;
- any other column goes by its own name, unless the model's `json_hidden` lists it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from content.models import Content
from files.models import MediaFile
from uploads.fields import AsyncFileField

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]
Row = Sequence[Any]

# Columns of the base table, in the order of their keys; the counter is laid over the JSON when it is sent.
BASE = ("id", "title", "counter", "order", "content_type", "is_active")
# Of the library file that a column points at, which is the first of its versions, and of the version that is shown.
_FILE = ("deleted_at", "status", "mime", "size")
_SHOWN = ("current__mime", "current__size", "current__duration", "current__blob__path", "current__blob__md5")
_AS_THEY_ARE = {type(None), str, int, float, bool}


@dataclass(frozen=True)
class Part:
    """Some keys of the JSON: the columns they come from, how to read those, and what the values are."""

    keys: Fields
    columns: tuple[str, ...]
    read: Callable[..., Iterable[Any]]


@dataclass(frozen=True)
class TypeJson:
    """The JSON of one content type."""

    name: str
    model: type[Content]
    parts: tuple[Part, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What to ask the database for; `render` takes a row of it."""
        return ("page_id", *BASE, *(column for part in self.parts for column in part.columns))

    @cached_property
    def rows(self) -> "models.QuerySet[Content, Row]":
        """The type's active contents, as rows of `columns`. Made once, for Django takes longer to make than to ask."""
        active = self.model._default_manager.filter(is_active=True, content_type=self.name)
        return active.order_by().values_list(*self.columns)

    @cached_property
    def keys(self) -> Fields:
        """Description of the type's own keys."""
        return {key: field for part in self.parts for key, field in part.keys.items()}

    def render(self, row: Row) -> dict[str, Any]:
        """The JSON of one row of `columns`, with the counter of the database."""
        end = 1 + len(BASE)
        content: dict[str, Any] = dict(zip(BASE, row[1:end], strict=True))
        content["type"] = self.name
        for part in self.parts:
            start, end = end, end + len(part.columns)
            content.update(zip(part.keys, part.read(*row[start:end]), strict=True))
        return content


@cache
def type_json(model: type[Content]) -> TypeJson:
    """The JSON of a content type's model."""
    name = model.type_name()
    parts = tuple(_parts(model, name))
    keys = [*BASE, "type", *(key for part in parts for key in part.keys)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ImproperlyConfigured(f"{model.__name__}: two values would share a key in JSON: {', '.join(twice)}.")
    return TypeJson(name, model, parts)


def _parts(model: type[Content], name: str) -> Iterator[Part]:
    either = dict(getattr(model, "file_or_url", {}))
    for column in own_columns(model):
        if column.name in either:
            yield _file_or_url(column, model._meta.get_field(either[column.name]))
        elif isinstance(column, AsyncFileField):
            yield _path(column, f"{name}_path" if column.name == "file" else f"{column.name}_path")
        elif column.name not in either.values():
            yield _value(column, f"{name}_url" if column.name == "url" else column.name)
    yield _facts(model)


def own_columns(model: type[Content]) -> Iterator["models.Field[Any, Any]"]:
    """The columns that a type adds to those of every content and shows."""
    for column in model._meta.concrete_fields:
        if column.model is not Content and not column.primary_key and column.name not in model.json_hidden:
            yield column


def file_fields(model: type[Content]) -> list[str]:
    """Names of the columns in which a type points at the library."""
    return [column.name for column in model._meta.concrete_fields if isinstance(column, AsyncFileField)]


def media_url(path: str) -> str:
    """The absolute URL of a stored file."""
    return f"{settings.PUBLIC_URL}{settings.MEDIA_URL}{quote(path)}"


def _url_of(deleted_at: Any, path: str | None) -> str | None:
    """A file in the trash is not shown, and neither is one whose check is not Completed: that one has no path yet."""
    return media_url(path) if path and deleted_at is None else None


def _path(column: "models.Field[Any, Any]", key: str) -> Part:
    return Part(
        {key: serializers.URLField(label=column.verbose_name, allow_null=True, required=False)},
        (f"{column.name}__deleted_at", f"{column.name}__current__blob__path"),
        lambda deleted_at, path: (_url_of(deleted_at, path),),
    )


def _file_or_url(column: "models.Field[Any, Any]", address: Any) -> Part:
    file = _path(column, address.name)
    return Part(
        {address.name: serializers.URLField(label=address.verbose_name, allow_null=True, required=False)},
        (*file.columns, address.name),
        lambda deleted_at, path, url: (_url_of(deleted_at, path) or url or None,),
    )


def _value(column: "models.Field[Any, Any]", key: str) -> Part:
    field = _describe(column)
    if isinstance(column, models.URLField):
        return Part({key: field}, (column.name,), lambda value: (value or None,))

    def read(value: Any) -> tuple[Any]:
        return (value if type(value) in _AS_THEY_ARE else field.to_representation(value),)

    return Part({key: field}, (column.attname,), read)


def _describe(column: "models.Field[Any, Any]") -> "serializers.Field[Any, Any, Any, Any]":
    """The serializer field that fits a column; a foreign key is shown as the key that it holds."""
    target = column.target_field if isinstance(column, models.ForeignKey) else column
    made, options = serializers.ModelSerializer().build_standard_field(target.name, target)
    kept = {
        name: options[name] for name in ("max_length", "max_digits", "decimal_places", "choices") if name in options
    }
    return made(label=column.verbose_name, allow_null=True, required=False, **kept)


def facts() -> Fields:
    """Description of the facts of a content's file. All are null when it has none."""
    statuses = MediaFile.Status.choices
    unsure: dict[str, Any] = {"allow_null": True, "required": False}
    return {
        "mime": serializers.CharField(label=_("media type"), **unsure),
        "size": serializers.IntegerField(label=_("size in bytes"), **unsure),
        "md5": serializers.CharField(label=_("MD5"), **unsure),
        "duration": serializers.FloatField(label=_("duration in seconds"), **unsure),
        "status": serializers.ChoiceField(label=_("status"), choices=statuses, **unsure),
    }


def _facts(model: type[Content]) -> Part:
    if "file" not in file_fields(model):
        return Part(facts(), (), lambda: (None,) * 5)
    return Part(facts(), tuple(f"file__{column}" for column in _FILE + _SHOWN), _read_facts)


def _read_facts(deleted_at: Any, status: Any, mime: Any, size: Any, *shown: Any) -> tuple[Any, ...]:
    """The facts of the version that is shown; while there is none, what is known of the file that waits."""
    if status is None or deleted_at is not None:
        return (None,) * 5
    shown_mime, shown_size, duration, path, md5 = shown
    if path is None:
        return (mime, size, None, None, status)
    return (shown_mime, shown_size, md5, duration, MediaFile.Status.COMPLETED.value)
