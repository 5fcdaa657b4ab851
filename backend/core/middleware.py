"""Django middleware that works in both the sync and the async world, so that no request is moved to a thread."""

import re
import uuid
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.errors import as_problem
from core.logging import request_id
from core.metrics import REQUESTS
from core.views import problem_answer

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIdMiddleware:
    """Gives each request an id for the log and echoes it; a sane `X-Request-ID` of the client or proxy is kept."""

    sync_capable = async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        given = request.headers.get("X-Request-ID", "")
        identifier = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        request_id.set(identifier)
        if self.is_async:
            return self._answer_later(request, identifier)
        return _finish(request, self.get_response(request), identifier)  # type: ignore[arg-type]

    async def _answer_later(self, request: HttpRequest, identifier: str) -> HttpResponseBase:
        return _finish(request, await self.get_response(request), identifier)  # type: ignore[misc]


def _finish(request: HttpRequest, response: HttpResponseBase, identifier: str) -> HttpResponseBase:
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(method, str(response.status_code)).inc()
    response["X-Request-ID"] = identifier
    return response


class ProblemMiddleware:
    """Answers a Problem, or an unreachable database, raised by a plain Django view."""

    sync_capable = async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        problem = as_problem(exception)
        return None if problem is None else problem_answer(request, problem)
