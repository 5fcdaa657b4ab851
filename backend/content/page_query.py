"""What a client may ask of the page API, read strictly, and the name under which the answer is cached.

One reader serves both the layer before Django and the views, so a cached answer is never given to a question that the
view would have refused. `variant` is the same for all spellings of one question; it is None for questions without
bound (search, dates), whose answers are not cached.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from content.registry import content_types
from core.errors import InvalidRequest
from core.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, positive, require_known_params

FIELDS = ("id", "contents", "created_at", "updated_at", "url", "title", "text")
NEWEST = "-created_at"
ORDERINGS = {
    "title": ("title", "id"),
    "-title": ("-title", "-id"),
    "created_at": ("created_at", "id"),
    NEWEST: (NEWEST, "-id"),
    "views": ("views", "id"),
    "-views": ("-views", "-id"),
}
LIST_PARAMS = (
    *("search", "content_type", "created_after", "created_before"),
    *("ordering", "fields", "page", "page_size"),
)
MAX_PAGE = 10**9
MAX_SEARCH = 200
# A `+` before the offset of a time zone arrives as a space when it was not escaped.
_UNESCAPED_OFFSET = re.compile(r" (?=\d\d:?\d\d$)")


@dataclass(frozen=True)
class DetailQuery:
    fields: tuple[str, ...] = FIELDS

    @property
    def variant(self) -> str:
        return urlencode(_fields_param(self.fields))


@dataclass(frozen=True)
class ListQuery:
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    ordering: str = NEWEST
    content_type: str = ""
    fields: tuple[str, ...] = FIELDS
    search: str = ""
    created_after: datetime | None = None
    created_before: datetime | None = None

    @property
    def variant(self) -> str | None:
        unbounded = self.search or self.created_after or self.created_before
        return None if unbounded else self.query_string(self.page)

    def query_string(self, page: int) -> str:
        """The question as a query string for another page of its list, without what goes without saying."""
        asked = {
            "search": self.search,
            "content_type": self.content_type,
            "created_after": self.created_after.isoformat() if self.created_after else "",
            "created_before": self.created_before.isoformat() if self.created_before else "",
            "ordering": "" if self.ordering == NEWEST else self.ordering,
            **_fields_param(self.fields),
            "page": "" if page == 1 else str(page),
            "page_size": "" if self.page_size == DEFAULT_PAGE_SIZE else str(self.page_size),
        }
        return urlencode({name: value for name, value in asked.items() if value})


def _fields_param(fields: tuple[str, ...]) -> dict[str, str]:
    return {} if fields == FIELDS else {"fields": ",".join(fields)}


def parse_detail(query_string: str) -> DetailQuery:
    """The question to a page; InvalidRequest names the parameter that is wrong."""
    given = _params(query_string, ("fields",))
    return DetailQuery(fields=_fields(given.get("fields", "")))


def parse_list(query_string: str) -> ListQuery:
    """The question to the list; InvalidRequest names the parameter that is wrong."""
    given = _params(query_string, LIST_PARAMS)
    return ListQuery(
        page=positive("page", given.get("page", ""), 1, MAX_PAGE),
        page_size=positive("page_size", given.get("page_size", ""), DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
        ordering=_one_of("ordering", given.get("ordering", ""), ORDERINGS) or NEWEST,
        content_type=_one_of("content_type", given.get("content_type", ""), content_types()),
        fields=_fields(given.get("fields", "")),
        search=_search(given.get("search", "")),
        created_after=_moment("created_after", given.get("created_after", "")),
        created_before=_moment("created_before", given.get("created_before", "")),
    )


@lru_cache(maxsize=2048)
def cached_question(query_string: bytes, is_list: bool) -> tuple[DetailQuery | ListQuery, str] | None:
    """A question whose answer is cached, and under which name; None for any other, and for what is no question."""
    try:
        text = query_string.decode()
        query = parse_list(text) if is_list else parse_detail(text)
    except (InvalidRequest, UnicodeDecodeError):
        return None
    return None if query.variant is None else (query, query.variant)


def _params(query_string: str, known: tuple[str, ...]) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise InvalidRequest(_("The query string is not UTF-8 text, or has too many parameters.")) from error
    given = dict(pairs)
    require_known_params(given, known)
    if len(given) < len(pairs):
        twice = sorted({name for name in given if sum(name == other for other, _value in pairs) > 1})
        raise InvalidRequest(errors={name: [_("Give this parameter once.")] for name in twice})
    return given


def _one_of(name: str, text: str, choices: Mapping[str, object]) -> str:
    if text and text not in choices:
        message = _("One of: %(choices)s.") % {"choices": ", ".join(choices)}
        raise InvalidRequest(errors={name: [message]})
    return text


def _fields(text: str) -> tuple[str, ...]:
    """The keys asked for, in the order of the answer; `id` is always one."""
    asked = {word.strip() for word in text.split(",") if word.strip()}
    if not asked:
        return FIELDS
    if not asked.issubset(FIELDS):
        message = _("Only these can be asked for: %(choices)s.") % {"choices": ", ".join(FIELDS)}
        raise InvalidRequest(errors={"fields": [message]})
    return tuple(name for name in FIELDS if name == "id" or name in asked)


def _search(text: str) -> str:
    if "\0" in text:
        raise InvalidRequest(errors={"search": [_("Null characters are not allowed.")]})
    if len(text) > MAX_SEARCH:
        message = _("At most %(limit)d characters.") % {"limit": MAX_SEARCH}
        raise InvalidRequest(errors={"search": [message]})
    return text


def _moment(name: str, text: str) -> datetime | None:
    """A date (its beginning) or a date and time, in the site's time zone unless it says another; as UTC."""
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time()) if day else parse_datetime(_UNESCAPED_OFFSET.sub("+", text))
        if moment is not None:
            aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        # A day that no calendar has, or one that lies outside what can be counted once it is UTC.
        pass
    message = _("A date such as 2026-01-31, or a date and time such as 2026-01-31T12:00:00Z.")
    raise InvalidRequest(errors={name: [message]})
