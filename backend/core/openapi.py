"""Words for describing endpoints in Swagger 2, for the views of every app.

    @describe(request_body=WishSerializer, responses={201: ThingSerializer, **problem_responses(409)})
    async def post(self, request: Request) -> Response:

What follows from the view itself (who may call it, its app, 400, 401, 403, 404, 406, 415, 429, 503) is added without
being said; see `project.schema`.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework import serializers

from core import errors
from core.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE, MAX_PAGE_SIZE

View = TypeVar("View", bound=Callable[..., Any])

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
_RETRY_AFTER = {"Retry-After": {"type": "integer", "description": _("Seconds.")}}
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"type": "string"}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}


def describe(**words: Any) -> Callable[[View], View]:
    """drf-yasg's `swagger_auto_schema`, which takes the same words, with types."""
    return cast("Callable[[View], View]", swagger_auto_schema(**words))


def paragraphs(docstring: str) -> list[str]:
    """The parts in which an endpoint's docstring is translated."""
    return [part for part in docstring.split("\n\n") if part.strip()]


def in_readers_language(docstring: str) -> str:
    """The docstring with each paragraph in the active language, where the catalogue has it."""
    return "\n\n".join(gettext(part) for part in paragraphs(docstring))


class ProblemSerializer(serializers.Serializer[Any]):
    """The body of every error (RFC 9457); `errors` is there only when fields are to blame."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    # `Serializer.errors` is a property, so the field of that name is declared where fields are made.

    def get_fields(self) -> dict[str, Any]:
        messages = serializers.ListField(child=serializers.CharField())
        return {**super().get_fields(), "errors": serializers.DictField(child=messages, required=False)}

    class Meta:
        ref_name = "Problem"


@cache
def _titles() -> dict[int, Any]:
    own = [problem for problem in errors.all_problems() if problem.__module__ == errors.__name__]
    return {problem.status: problem.title for problem in own}


def problem_responses(*statuses: int) -> dict[int, openapi.Response]:
    """The error responses of an operation, by status, all with the body `Problem`."""
    return {
        status: openapi.Response(
            _titles().get(status, HTTPStatus(status).phrase), schema=ProblemSerializer, headers=HEADERS.get(status)
        )
        for status in statuses
    }


def _page_parameter(name: str, text: Any, maximum: int, default: int) -> openapi.Parameter:
    limits = {"minimum": 1, "maximum": maximum, "default": default}
    return openapi.Parameter(name, openapi.IN_QUERY, description=text, type=openapi.TYPE_INTEGER, **limits)


# What every list in pages takes (`core.pagination`).
PAGE_PARAMETERS = (
    _page_parameter("page", _("Which page of the list."), MAX_PAGE, 1),
    _page_parameter("page_size", _("Results on a page of the list."), MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE),
)


@cache
def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer of one page of a list: `{count, next, previous, results}`. It only describes."""
    name = getattr(getattr(item, "Meta", None), "ref_name", None) or item.__name__.removesuffix("Serializer")
    fields = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": item(many=True),
        "Meta": type("Meta", (), {"ref_name": f"{name}List"}),
    }
    return type(f"{name}List", (serializers.Serializer,), fields)
