"""The library keeps incoming files while their check is not over."""

from collections.abc import Sequence

from files.models import MediaFile


def wanted(names: Sequence[str]) -> set[str]:
    return set(MediaFile.objects.filter(incoming__in=names).values_list("incoming", flat=True))
