import pytest

from core.errors import InvalidRequest
from core.pagination import positive, require_known_params


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
