"""What `/metrics` tells of the library."""

from collections.abc import Mapping

from django.db.models import Count, Min, Sum
from django.utils import timezone

from files.models import MediaFile
from storage.models import Blob

_WAITING = [MediaFile.Status.PENDING, MediaFile.Status.PROCESSING]


def gauges() -> Mapping[tuple[str, str], Mapping[str, float] | float]:
    by_status = dict(MediaFile.objects.order_by().values_list("status").annotate(Count("pk")))
    oldest = MediaFile.objects.filter(status__in=_WAITING).aggregate(at=Min("created_at"))["at"]
    named = MediaFile.objects.filter(status=MediaFile.Status.COMPLETED).aggregate(total=Sum("size"))["total"] or 0
    stored = Blob.objects.aggregate(total=Sum("size"))["total"] or 0
    return {
        ("quayside_files", "Files of the library by status."): {str(key): value for key, value in by_status.items()},
        ("quayside_queue_age_seconds", "Age of the oldest file whose check is not over."): (
            (timezone.now() - oldest).total_seconds() if oldest else 0
        ),
        ("quayside_stored_bytes", "Bytes of all blobs."): stored,
        ("quayside_saved_bytes", "Bytes that duplicates would have taken."): max(0, named - stored),
    }
