"""The description of the API as a document and as two pages to read it on."""

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe
from drf_yasg import openapi
from drf_yasg.codecs import OpenAPICodecJson, OpenAPICodecYaml
from drf_yasg.renderers import ReDocRenderer, SwaggerUIRenderer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.openapi import JSON_TYPE
from project.schema import SchemaGenerator, info

CODECS = {"json": OpenAPICodecJson, "yaml": OpenAPICodecYaml}
TYPES = {"json": JSON_TYPE, "yaml": "application/yaml"}


@cache
def document(kind: str, language: str) -> tuple[bytes, str]:
    """The description in the active language, which is `language`, and its ETag. Made once by each process."""
    body: bytes = CODECS[kind]([]).encode(SchemaGenerator(info, url="").get_schema())
    return body, f'"{hashlib.sha256(body).hexdigest()}"'


def etag(request: HttpRequest, format: str) -> str:  # noqa: A002 - its name in the URL
    return document(format, get_language() or "")[1]


@require_safe
@condition(etag_func=etag)
def spec(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - its name in the URL
    """The Swagger 2 document, as JSON or YAML."""
    body, _etag = document(format, get_language() or "")
    return HttpResponse(body, content_type=TYPES[format], headers={"Cache-Control": "no-cache"})


class Reader(APIView):
    """A page that shows the document; its scripts come from this site."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response(openapi.Swagger(info=info, _prefix="/"))


class Swagger(Reader):
    renderer_classes = (SwaggerUIRenderer,)


class LocalReDocRenderer(ReDocRenderer):
    """Redoc without the picture that it would fetch from another site."""

    template = "redoc.html"


class Redoc(Reader):
    renderer_classes = (LocalReDocRenderer,)
