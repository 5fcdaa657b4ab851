"""The login form of the admin, which knows of the throttle.

An admin site uses both parts:

    def login(self, request, extra_context=None):
        self.login_form = LoginForm
        return login_response(super().login(request, extra_context))
"""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http.response import HttpResponseBase

from core.errors import TooManyRequests


class LoginForm(AdminAuthenticationForm):
    """Django's form; a refusal by the throttle is an error of the form and kept in `problem`."""

    problem: TooManyRequests | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except TooManyRequests as problem:
            self.problem = problem
            raise forms.ValidationError(str(problem.detail), code=problem.code) from problem


def login_response(response: HttpResponseBase) -> HttpResponseBase:
    """The same page, with 429 and Retry-After when the throttle has refused its form."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    if isinstance(form, LoginForm) and form.problem is not None:
        response.status_code = form.problem.status
        for name, value in form.problem.headers.items():
            response.headers[name] = value
    return response
