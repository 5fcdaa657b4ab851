"""Work that one process does at a time, on whichever machine.

A lease keeps others from doing the same work twice over. It is no lock on data: whoever was silent for longer than the
lease lasts may meet its successor, so what must not be done twice is still decided by row locks.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from storage.models import Lease

LASTS = timedelta(minutes=2)


@dataclass
class Held:
    """A lease that is ours until it runs out."""

    name: str
    token: uuid.UUID
    renewed: datetime

    def renew(self) -> bool:
        """Keep the lease, writing at most four times in its life; False when somebody else has it now."""
        now = timezone.now()
        if now - self.renewed < LASTS / 4:
            return True
        self.renewed = now
        return bool(Lease.objects.filter(name=self.name, token=self.token).update(until=now + LASTS))


@contextmanager
def lease(name: str) -> Iterator[Held | None]:
    """Hold the lease called `name` while the block runs; None when somebody else holds it."""
    now, token = timezone.now(), uuid.uuid4()
    Lease.objects.bulk_create([Lease(name=name, until=now)], ignore_conflicts=True)
    if not Lease.objects.filter(name=name, until__lte=now).update(token=token, until=now + LASTS):
        yield None
        return
    try:
        yield Held(name, token, now)
    finally:
        Lease.objects.filter(name=name, token=token).update(token=None, until=timezone.now())
