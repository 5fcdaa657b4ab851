"""What the admin of any model with an AsyncFileField inherits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.options import BaseModelAdmin, ModelAdmin
from django.db import models
from django.forms import BaseForm, Field
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uploads.fields import AsyncFileField
from uploads.forms import keep_received
from uploads.widgets import AdminAsyncFileInput

if TYPE_CHECKING:
    AnyAdmin = BaseModelAdmin[models.Model]
    WholeAdmin = ModelAdmin[models.Model]
else:
    AnyAdmin = WholeAdmin = object


class AsyncFileInlineMixin(AnyAdmin):
    """For an inline (and part of the next): uploads belong to the person who sends them."""

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        if not isinstance(db_field, AsyncFileField):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        # All forms of a request share what the library offers, so it is asked once for each set of kinds.
        offered = request.__dict__.setdefault("library_options", {})
        widget = AdminAsyncFileInput(db_field, self.admin_site)
        return db_field.formfield(owner=request.user, options=offered, widget=widget, **kwargs)


class AsyncFileAdminMixin(AsyncFileInlineMixin, WholeAdmin):
    """For a ModelAdmin: when the form has errors, what was uploaded is kept, so that nobody sends it twice."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method == "POST":
            for form in _forms_of(context):
                for file in keep_received(form):
                    text = _("“%(name)s” was received and is kept in the library; the form below has chosen it.")
                    messages.info(request, text % {"name": file.name})
        return super().render_change_form(request, context, *args, **kwargs)


def _forms_of(context: dict[str, Any]) -> Iterator[BaseForm]:
    yield context["adminform"].form
    for inline in context["inline_admin_formsets"]:
        yield from inline.formset.forms
