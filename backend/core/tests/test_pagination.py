from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.errors import InvalidRequest
from core.pagination import PageNumberPagination, positive, require_known_params


def test_it_works() -> None:
    assert positive("page", "7", 1, 100) == 7
    assert positive("page", "", 1, 100) == 1


@pytest.mark.parametrize("text", ["0", "-1", "101", "1.5", "x", "٣", "1e3", "9" * 5000, "\0"])
def test_anything_else_names_the_parameter(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        positive("page_size", text, 20, 100)
    assert caught.value.errors == {"page_size": ["A whole number from 1 to 100."]}


def test_unknown_parameters() -> None:
    require_known_params(["page"], {"page", "page_size"})
    with pytest.raises(InvalidRequest) as caught:
        require_known_params(["page", "pages", "x"], {"page"})
    assert list(caught.value.errors or {}) == ["pages", "x"]


def page_of(address: str, count: int = 45) -> dict[str, Any]:
    request = Request(APIRequestFactory().get(address, headers={"Host": "elsewhere.example"}))
    pagination = PageNumberPagination()
    # Any sequence can be turned into pages; a queryset is one.
    rows: Any = list(range(count))
    results: Any = pagination.paginate_queryset(rows, request)
    data: dict[str, Any] = pagination.get_paginated_response(results).data
    return data


def test_a_list_in_pages(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://media.example.org"
    assert page_of("/rows/?kind=a&kind=b%26c") == {
        "count": 45,
        "next": "https://media.example.org/rows/?kind=a&kind=b%26c&page=2",
        "previous": None,
        "results": list(range(20)),
    }
    last = page_of("/rows/%D1%8F%3F/?page=5&page_size=10")
    assert last["results"] == [40, 41, 42, 43, 44]
    assert last["next"] is None
    assert last["previous"] == "https://media.example.org/rows/%D1%8F%3F/?page_size=10&page=4"


def test_no_rows_are_one_empty_page() -> None:
    assert page_of("/rows/", 0) == {"count": 0, "next": None, "previous": None, "results": []}


def test_a_page_after_the_last_is_not_there() -> None:
    with pytest.raises(NotFound):
        page_of("/rows/?page=4")


@pytest.mark.parametrize("query", ["page_size=101", "page_size=0", "page=0", "page=last", "page=1%00"])
def test_wrong_pages_are_refused_and_not_corrected(query: str) -> None:
    with pytest.raises(InvalidRequest):
        page_of(f"/rows/?{query}")
