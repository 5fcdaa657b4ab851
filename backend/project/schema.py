"""How the description of the API (Swagger 2) is made from the URL conf.

drf-yasg does most of it. Here it learns adrf's names for actions, gives every operation an id of its own, tags it with
its app, says who may call it, and adds the errors it can answer with.
"""

import copy
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import chain, count
from typing import Any

import uritemplate
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator
from drf_yasg.inspectors import SwaggerAutoSchema
from drf_yasg.inspectors.base import call_view_method
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.serializers import FileField

from core.openapi import JSON_TYPE, PROBLEM_TYPE, in_readers_language, problem_responses

info = openapi.Info(
    title="Quayside API",
    default_version="1.0",
    description=_(
        "Errors are `application/problem+json` (RFC 9457) with a `code` for programs. Lists come in pages: "
        "`page`, and `page_size` from 1 to 100. An unknown query parameter is an error."
    ),
)

# What adrf's router calls the actions of asynchronous viewsets, and what they are.
PLAIN_ACTIONS = {
    "alist": "list",
    "acreate": "create",
    "aretrieve": "retrieve",
    "aupdate": "update",
    "partial_aupdate": "partial_update",
    "adestroy": "destroy",
}
FORM_TYPE = "multipart/form-data"
PATH_TYPES: dict[type, dict[str, Any]] = {
    IntConverter: {"type": "integer", "minimum": 0},
    UUIDConverter: {"type": "string", "format": "uuid"},
}


class AutoSchema(SwaggerAutoSchema):
    """Describes one operation; what `@swagger_auto_schema` says on the view wins."""

    def get_operation(self, operation_keys: list[str] | None = None) -> openapi.Operation:
        operation: openapi.Operation = super().get_operation(operation_keys)
        if self.method not in self.body_methods:
            operation.pop("consumes", None)
        return operation

    def is_list_view(self) -> bool:
        action = PLAIN_ACTIONS.get(getattr(self.view, "action", None) or "")
        return action in {"list", "create"} if action else super().is_list_view()

    def get_consumes(self) -> list[str]:
        """JSON wherever it is taken, a form where a file is sent: Swagger 2 cannot describe both for one operation."""
        parsers = [parser.media_type for parser in self.get_parser_classes()]
        if self._takes_a_file() and FORM_TYPE in parsers:
            return [FORM_TYPE]
        return list(super().get_consumes())

    def get_produces(self) -> list[str]:
        return list(dict.fromkeys([*super().get_produces(), PROBLEM_TYPE]))

    def get_summary_and_description(self) -> tuple[str, str]:
        """From the docstring, in the reader's language; one of a single line is all summary."""
        summary, description = super().get_summary_and_description()
        if summary is None and "\n" not in description:
            summary, description = description, ""
        return in_readers_language(summary or ""), in_readers_language(description)

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        return list(self.overrides.get("tags") or [type(self.view).__module__.partition(".")[0]])

    def get_security(self) -> list[dict[str, list[str]]]:
        return list(self.overrides.get("security", [] if self._is_public() else [{"JWT": []}]))

    def get_response_serializers(self) -> dict[str, Any]:
        expected = {str(status): response for status, response in problem_responses(*self._errors()).items()}
        return dict(sorted({**expected, **super().get_response_serializers()}.items()))

    def get_response_schemas(self, response_serializers: dict[str, Any]) -> dict[str, openapi.Response]:
        responses: dict[str, openapi.Response] = super().get_response_schemas(response_serializers)
        for status, response in responses.items():
            response.description = response.get("description") or HTTPStatus(int(status)).phrase
        return responses

    def _errors(self) -> Iterator[int]:
        """Statuses that follow from what the view is; what only the view knows, it says in its decorator."""
        authenticates = bool(call_view_method(self.view, "get_authenticators", "authentication_classes", []))
        yield from (400, 406, 503)
        if authenticates:
            yield 401
        if not self._is_public() or (authenticates and self.method not in SAFE_METHODS):
            yield 403
        if "{" in self.path or self.should_page():
            yield 404
        if self.method in self.body_methods and self.get_request_serializer() is not None:
            yield 415
        if call_view_method(self.view, "get_throttles", "throttle_classes", []):
            yield 429

    def _is_public(self) -> bool:
        permissions = call_view_method(self.view, "get_permissions", "permission_classes", [])
        reading = self.method in SAFE_METHODS
        return all(
            isinstance(permission, AllowAny) or (reading and isinstance(permission, IsAuthenticatedOrReadOnly))
            for permission in permissions
        )

    def _takes_a_file(self) -> bool:
        by_hand = self.overrides.get("manual_parameters") or []
        fields = getattr(self.get_request_serializer(), "fields", {}).values()
        return any(p.in_ == openapi.IN_FORM for p in by_hand) or any(isinstance(f, FileField) for f in fields)


class SchemaGenerator(OpenAPISchemaGenerator):
    """Describes the whole API, for everyone and without a host, so the spec is the same for every request."""

    def get_schema(self, request: Any = None, public: bool = True) -> openapi.Swagger:
        swagger: openapi.Swagger = super().get_schema(request, public)
        operations = [item[method] for item in swagger.paths.values() for method in item if method != "parameters"]
        used = sorted({tag for operation in operations for tag in operation.tags})
        swagger.tags = [
            {"name": tag, "description": apps.get_app_config(tag).verbose_name}
            if apps.is_installed(tag)
            else {"name": tag}
            for tag in used
        ]
        return swagger

    def get_paths(self, endpoints: Any, components: Any, request: Any, public: bool) -> tuple[openapi.Paths, str]:
        self.consumes = [JSON_TYPE]
        self.produces = [JSON_TYPE, PROBLEM_TYPE]
        self._operation_ids: set[str] = set()
        self._converters: dict[type, dict[str, Any]] = {}
        for view_class, converters in path_converters(
            self._gen.patterns or get_resolver(self._gen.urlconf).url_patterns
        ):
            self._converters.setdefault(view_class, {}).update(converters)
        paths: tuple[openapi.Paths, str] = super().get_paths(endpoints, components, request, public)
        return paths

    def determine_path_prefix(self, paths: list[str]) -> str:
        """Always the root: the paths of one app must not change with which other apps there are."""
        return "/"

    def get_operation_keys(self, subpath: str, method: str, view: Any) -> list[str]:
        if getattr(view, "action", None) in PLAIN_ACTIONS:
            view = copy.copy(view)
            view.action = PLAIN_ACTIONS[view.action]
        keys = super().get_operation_keys(subpath, method, view)
        return [key.replace("-", "_") for key in keys if key != "api"]

    def get_operation(self, view: Any, path: str, *args: Any) -> openapi.Operation | None:
        operation: openapi.Operation | None = super().get_operation(view, path, *args)
        if operation is not None:
            operation.operation_id = self._unique(operation.operation_id, path)
        return operation

    def get_path_parameters(self, path: str, view_cls: type) -> list[openapi.Parameter]:
        parameters: list[openapi.Parameter] = super().get_path_parameters(path, view_cls)
        converters = self._converters.get(view_cls, {})
        for parameter in parameters:
            converter = converters.get(parameter.name) or converters.get("pk")
            parameter.update(PATH_TYPES.get(type(converter), {}))
        return parameters

    def _unique(self, name: str, path: str) -> str:
        by = "_".join(["by", *uritemplate.variables(path)])
        names = chain([name, f"{name}_{by}"], (f"{name}_{number}" for number in count(2)))
        free = next(candidate for candidate in names if candidate not in self._operation_ids)
        self._operation_ids.add(free)
        return free


def path_converters(
    patterns: Iterable[URLPattern | URLResolver], outer: dict[str, Any] | None = None
) -> Iterator[tuple[type, dict[str, Any]]]:
    """Each REST view of a URL conf with the converters of its path (`<int:id>`), by parameter."""
    for pattern in patterns:
        converters = {**(outer or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            yield from path_converters(pattern.url_patterns, converters)
        elif (view_class := getattr(pattern.callback, "cls", None)) is not None:
            yield view_class, converters
