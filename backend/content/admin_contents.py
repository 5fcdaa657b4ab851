"""The contents of a page in its form: a block for each type, made from the type's model."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.options import InlineModelAdmin, StackedInline
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from content.models import Content, Page
from content.type_json import file_fields
from uploads.admin import AsyncFileInlineMixin

if TYPE_CHECKING:
    AnyContentForm = ModelForm[Content]
    ContentFormSetBase = BaseInlineFormSet[Content, Page, AnyContentForm]
    ContentInlineBase = StackedInline[Content, Page]
else:
    AnyContentForm, ContentFormSetBase, ContentInlineBase = ModelForm, BaseInlineFormSet, StackedInline

_LARGEST = 2**31 - 1


class ContentForm(AnyContentForm):
    """The place of a content may be left empty: it then comes after the others."""

    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        required=False,
        min_value=0,
        max_value=_LARGEST,
        help_text=gettext_lazy("Contents are shown from the lowest to the highest; empty puts it at the end."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["order"] = None


class ContentFormSet(ContentFormSetBase):
    """All types hang on a page by the same relation, so their forms are told apart by the type's name."""

    @classmethod
    def get_default_prefix(cls) -> str:
        model: type[Content] = cls.model  # type: ignore[assignment] # a formset class without a model is never used
        return model.type_name()


class ContentInline(AsyncFileInlineMixin, ContentInlineBase):
    form = ContentForm  # type: ignore[assignment] # it is a form of a content, and so of a model
    formset = ContentFormSet
    # One empty form to fill in without JavaScript; with it, empty ones are taken away and added by a button.
    extra = 1
    readonly_fields = ("counter",)

    class Media:
        # In this order, for ours works on what Django's has made of the page.
        js: ClassVar[Sequence[str]] = ["admin/js/inlines.js", "quayside/page_form.js"]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.URLField):
            # What is typed without a scheme is meant to be found by a secure one.
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The title, what the type adds, and then what all types have."""
        common = {column.name for column in Content._meta.fields}
        own = [
            column.name
            for column in self.model._meta.fields
            if column.editable and column.name not in common and not column.primary_key
        ]
        return [(None, {"fields": ["title", *own, ("order", "is_active", "counter")]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Content]:
        """With all that the control of a file shows, so that no content asks for it by itself."""
        shown = ("blob", "duplicate_of", "current__blob", "current__duplicate_of")
        related = [f"{name}__{path}" for name in file_fields(self.model) for path in shown]
        return super().get_queryset(request).select_related(*related)


@cache
def inline_of(model: type[Content]) -> "type[InlineModelAdmin[Content, Page]]":
    """The inline of a content type; made from its model, so a new type needs no line here."""
    return type(f"{model.__name__}Inline", (ContentInline,), {"model": model})
