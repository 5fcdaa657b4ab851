"""The page API described for Swagger. These serializers only describe: `content.page_json` writes the answers.

Swagger 2 knows no "one of several", so a content is one flat object: the keys that only some types have are optional
and may be null.
"""

import copy
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from rest_framework import serializers

from content.page_query import FIELDS, MAX_PAGE, MAX_SEARCH, NEWEST, ORDERINGS
from content.registry import content_types
from content.type_json import Fields, type_json
from core.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE


class ContentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField(max_length=255)
    counter = serializers.IntegerField(label=_("views"), help_text=_("Views up to and including this one."))
    order = serializers.IntegerField()
    content_type = serializers.ChoiceField(choices=list(content_types()))
    is_active = serializers.BooleanField()
    type = serializers.ChoiceField(choices=list(content_types()))

    class Meta:
        ref_name = "Content"

    def get_fields(self) -> dict[str, Any]:
        """The keys of every content, then those of the types. What types fill differently is described as text."""
        own: Fields = {}
        for model in content_types().values():
            for name, field in type_json(model).keys.items():
                alike = name not in own or type(own[name]) is type(field)
                own[name] = field if alike else serializers.CharField(allow_null=True, required=False)
        # Copies, for a field is bound to one serializer and the description is made once for each language.
        return {**super().get_fields(), **copy.deepcopy(own)}


class PageSerializer(serializers.Serializer[Any]):
    """What `fields` leaves out is not there."""

    id = serializers.IntegerField()
    contents = ContentSerializer(many=True, required=False)
    created_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)
    url = serializers.URLField(required=False, label=_("address of this JSON"))
    title = serializers.CharField(required=False, max_length=255)
    text = serializers.CharField(required=False, allow_blank=True)

    class Meta:
        ref_name = "Page"


def _parameter(name: str, text: Any, kind: str = openapi.TYPE_STRING, **more: Any) -> openapi.Parameter:
    return openapi.Parameter(name, openapi.IN_QUERY, description=text, type=kind, **more)


_FIELDS = openapi.Parameter(
    "fields",
    openapi.IN_QUERY,
    description=_("Keys wanted, with commas between; `id` is always there."),
    type=openapi.TYPE_ARRAY,
    items=openapi.Items(type=openapi.TYPE_STRING, enum=FIELDS),
    collection_format="csv",
)
DETAIL_PARAMETERS = [_FIELDS]
LIST_PARAMETERS = [
    _parameter("search", _("Text that title or text contains, in any case."), max_length=MAX_SEARCH),
    _parameter("content_type", _("Pages that show a content of this type."), enum=list(content_types())),
    _parameter("created_after", _("Pages made at this date or time, or later.")),
    _parameter("created_before", _("Pages made before this date or time.")),
    _parameter("ordering", _("Order; views are those of the last flush."), enum=list(ORDERINGS), default=NEWEST),
    _FIELDS,
    _parameter("page", _("Which page of the list."), openapi.TYPE_INTEGER, minimum=1, maximum=MAX_PAGE, default=1),
    _parameter(
        "page_size",
        _("Results on a page of the list."),
        openapi.TYPE_INTEGER,
        minimum=1,
        maximum=MAX_PAGE_SIZE,
        default=DEFAULT_PAGE_SIZE,
    ),
]
