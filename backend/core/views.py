"""Error pages and the two questions an operator's tools ask: does it answer, is it ready."""

import ipaddress
import secrets

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from core import health, metrics
from core.errors import (
    InvalidRequest,
    NotFound,
    PermissionRefused,
    Problem,
    ServerFault,
    ServiceUnavailable,
    problem_response,
)


def problem_answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A page for a browser, a problem document for everyone else."""
    if request.get_preferred_type(["application/problem+json", "text/html"]) == "text/html":
        response = render(request, "problem.html", {"problem": problem.body()}, status=problem.status)
        for name, value in problem.headers.items():
            response[name] = value
    else:
        response = problem_response(problem)
    patch_vary_headers(response, ["Accept"])
    return response


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, InvalidRequest())


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, PermissionRefused())


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, NotFound())


def handler500(request: HttpRequest) -> HttpResponse:
    return problem_answer(request, ServerFault())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Settings' CSRF_FAILURE_VIEW; why a form was refused is in Django's log."""
    return problem_answer(request, PermissionRefused(_("The form is out of date. Load the page again and repeat.")))


async def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


async def readyz(request: HttpRequest) -> HttpResponse:
    """Everything a request or an upload needs is there; 503 names what is missing."""
    results = await sync_to_async(health.run_checks)()
    missing = {name: [result] for name, result in results.items() if result != health.OK}
    if missing:
        detail = _("Not ready: %(missing)s.") % {"missing": ", ".join(sorted(missing))}
        return problem_response(ServiceUnavailable(detail, errors=missing))
    return JsonResponse({"status": "ready", "checks": results})


async def metrics_view(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to whoever has METRICS_TOKEN, or, while none is set, to this machine only."""
    if not _may_scrape(request):
        raise NotFound
    text = await sync_to_async(metrics.exposition)()
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    address = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - no address is bound here
    return "X-Forwarded-For" not in request.headers and ipaddress.ip_address(address).is_loopback
