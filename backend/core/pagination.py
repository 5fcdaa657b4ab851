"""Lists in pages, and strictness about parameters."""

from collections.abc import Collection, Iterable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.request import Request

from core.errors import InvalidRequest

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_PAGE = 10**9


def require_known_params(given: Iterable[str], allowed: Collection[str]) -> None:
    """Raise InvalidRequest naming every query parameter that is not one of `allowed`."""
    unknown = sorted(set(given) - set(allowed))
    if unknown:
        raise InvalidRequest(errors={name: [_("There is no such parameter.")] for name in unknown})


def positive(name: str, text: str, default: int, maximum: int) -> int:
    """A whole number from 1 to `maximum` from a query parameter; `default` when it is empty."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or not 1 <= int(text) <= maximum:
        message = _("A whole number from 1 to %(maximum)d.") % {"maximum": maximum}
        raise InvalidRequest(errors={name: [message]})
    return int(text)


class PageNumberPagination(pagination.PageNumberPagination):
    """`page` and `page_size` (default 20, at most 100; more is an error, not a smaller page)."""

    page_size = DEFAULT_PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        return positive("page_size", request.query_params.get("page_size", ""), DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)

    def get_page_number(self, request: Request, paginator: Any) -> int:
        return positive("page", request.query_params.get("page", ""), 1, MAX_PAGE)

    def get_next_link(self) -> str | None:
        page = self.page
        return self._link(page.next_page_number()) if page is not None and page.has_next() else None

    def get_previous_link(self) -> str | None:
        page = self.page
        return self._link(page.previous_page_number()) if page is not None and page.has_previous() else None

    def _link(self, number: int) -> str:
        """An absolute URL on PUBLIC_URL, never on what the client's Host header says."""
        request = cast("Request", self.request)
        query = [(name, values) for name, values in request.query_params.lists() if name != "page"]
        path = escape_uri_path(request.path)
        return f"{settings.PUBLIC_URL}{path}?{urlencode([*query, ('page', [str(number)])], doseq=True)}"
