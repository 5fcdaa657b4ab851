"""What the admin's list says of a page's contents and files, for many pages in a constant number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from content.models import Content
from content.registry import content_types
from content.type_json import file_fields
from files.models import MediaFile
from files.states import State, state_of


@dataclass
class PageOverview:
    """`files` are the states of what visitors are shown of each file: its current version, or else its first."""

    contents: int = 0
    files: list[State] = field(default_factory=list)

    @property
    def unfinished(self) -> list[State]:
        return [state for state in self.files if state["status"] != MediaFile.Status.COMPLETED]

    @property
    def ready(self) -> int:
        return len(self.files) - len(self.unfinished)


def overviews(page_ids: Collection[int]) -> Mapping[int, PageOverview]:
    """By page; two queries, and one for each column in which a type points at the library."""
    found = {page_id: PageOverview() for page_id in page_ids}
    counted = Content.objects.filter(page__in=page_ids).order_by().values_list("page").annotate(Count("pk"))
    for page_id, count in counted:
        found[page_id].contents = count
    used = [
        pair
        for model in content_types().values()
        for name in file_fields(model)
        for pair in model._default_manager.filter(page__in=page_ids, **{f"{name}__isnull": False})
        .order_by("order", "pk")
        .values_list("page", name)
    ]
    shown = ("blob", "duplicate_of", "current__blob", "current__duplicate_of")
    files = MediaFile.objects.select_related(*shown).in_bulk({file_id for _page, file_id in used})
    for page_id, file_id in dict.fromkeys(used):
        file = files[file_id]
        found[page_id].files.append(state_of(file.current or file))
    return found
