"""The admin: Django's, with the throttled login, live file status, and a library that can be searched from any form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidRequest

# The parameters of a list's search and of the search in a form.
SEARCHES = ("q", "term")
MAX_SEARCH = 200
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class QuaysideAdminSite(AdminSite):
    site_header = _("Quayside")
    site_title = _("Quayside")
    index_title = _("Pages and library")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # Forms import models, which are not loaded yet when this module is.
        from accounts.forms import LoginForm, login_response

        self.login_form = LoginForm
        response = super().login(request, extra_context)
        login_response(response)
        return response

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Every page of the admin: a search of a thousand words would be a query that no database takes."""

        @wraps(view)
        def searched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            for name in SEARCHES:
                if len(request.GET.get(name, "")) > MAX_SEARCH:
                    raise InvalidRequest(_("At most %(limit)d characters.") % {"limit": MAX_SEARCH})
            return view(request, *args, **kwargs)

        return super().admin_view(cast("View", searched), cacheable)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from files.live import browser_settings

        return {**super().each_context(request), "live": browser_settings()}

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        from django.contrib.admin.views.autocomplete import AutocompleteJsonView

        class Choices(AutocompleteJsonView):
            """Answers with the text that the object's own admin gives it, where it gives one."""

            def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
                result: dict[str, str] = super().serialize_result(obj, to_field_name)
                describe = getattr(self.model_admin, "choice_text", str)
                return {**result, "text": describe(obj)}

        response: HttpResponse = Choices.as_view(admin_site=self)(request)  # type: ignore[assignment] # JSON
        return response

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """What editors work with first, then the rest by name."""
        first = {"content": 0, "files": 1}
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: first.get(app["app_label"], len(first)))


class QuaysideAdminConfig(AdminConfig):
    default_site = "project.admin_site.QuaysideAdminSite"
