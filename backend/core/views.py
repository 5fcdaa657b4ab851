"""Error pages and the two questions an operator's tools ask: does it answer, is it ready."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core import health
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
    if request.get_preferred_type(["application/problem+json", "text/html"]) != "text/html":
        return problem_response(problem)
    response = render(request, "problem.html", {"problem": problem.body()}, status=problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, InvalidRequest())


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, PermissionRefused())


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_answer(request, NotFound())


def handler500(request: HttpRequest) -> HttpResponse:
    return problem_answer(request, ServerFault())


async def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


async def readyz(request: HttpRequest) -> HttpResponse:
    """Everything a request or an upload needs is there; 503 names what is missing."""
    results = await sync_to_async(health.run_checks)()
    missing = {name: [result] for name, result in results.items() if result != health.OK}
    if missing:
        return problem_response(ServiceUnavailable("Not ready: " + ", ".join(sorted(missing)) + ".", errors=missing))
    return JsonResponse({"status": "ready", "checks": results})
