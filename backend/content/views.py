"""The public page API. Cached answers are given by `content.page_layer` before a request comes here."""

from functools import partial
from typing import Any

from adrf.views import APIView
from django.http import HttpResponse
from drf_yasg.utils import swagger_auto_schema
from rest_framework.request import Request

from content import reading
from content.page_answer import CORS, answer, views_of
from content.page_cache import LIST
from content.page_json import render_detail, render_list
from content.page_query import DetailQuery, ListQuery, parse_detail, parse_list
from content.serializers import DETAIL_PARAMETERS, LIST_PARAMETERS, PageSerializer
from core.errors import MethodNotAllowed
from core.openapi import page_of, problem_responses

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


class PublicView(APIView):
    """Open to everyone and every origin; looks at no credentials."""

    authentication_classes = ()
    permission_classes = ()

    @property
    def default_response_headers(self) -> dict[str, str]:
        return dict(CORS)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        raise MethodNotAllowed(headers={"Allow": ", ".join(self.allowed_methods)})

    async def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods), **PREFLIGHT})


async def _respond(
    request: Request, render: reading.Render, whose: str, query: DetailQuery | ListQuery
) -> HttpResponse:
    purpose = request.META.get("HTTP_SEC_PURPOSE", "") + request.META.get("HTTP_PURPOSE", "")
    views = views_of(request.method or "", purpose.encode(), is_list=whose == LIST)
    read = await reading.read(render, whose=whose, variant=query.variant, views=views)
    answered = answer(
        *read,
        if_none_match=request.META.get("HTTP_IF_NONE_MATCH", "").encode("latin-1", "replace"),
        head=request.method == "HEAD",
    )
    response = HttpResponse(answered.body, status=answered.status)
    del response["Content-Type"]
    for name, value in answered.headers:
        response[name.decode().title()] = value.decode()
    return response


class PageList(PublicView):
    @swagger_auto_schema(
        operation_id="list_pages",
        manual_parameters=LIST_PARAMETERS,
        responses={200: page_of(PageSerializer), **problem_responses(404, 429)},
    )
    async def get(self, request: Request) -> HttpResponse:
        """The published pages, each with its active contents.

        Counts one view for each content shown, unless the site counts no views in lists. A page past the last is 404.
        """
        query = parse_list(request.META["QUERY_STRING"])
        return await _respond(request, partial(render_list, query), LIST, query)


class PageDetail(PublicView):
    @swagger_auto_schema(
        operation_id="read_page",
        manual_parameters=DETAIL_PARAMETERS,
        responses={200: PageSerializer, **problem_responses(404, 429)},
    )
    async def get(self, request: Request, page_id: int) -> HttpResponse:
        """One published page with its active contents, in their order.

        Counts one view for each content shown; a HEAD or a prefetch counts none.
        """
        query = parse_detail(request.META["QUERY_STRING"])
        return await _respond(request, partial(render_detail, page_id, query), str(page_id), query)
