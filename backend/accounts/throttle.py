"""Five failed logins in 15 minutes, counted per account and address.

A guess takes a place before its password is looked at, so of many guesses at once only five are evaluated. The place
is taken by one conditional UPDATE and the database decides who gets it; success gives all places back.
"""

import hashlib
import math
import string
from datetime import timedelta

from django.db.models import Case, DateTimeField, F, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import LoginThrottle
from core.errors import TooManyRequests

LIMIT = 5
WINDOW = timedelta(minutes=15)

# Only ASCII letters are folded: two names that differ in more may be two accounts, and whoever owns one of them must
# not be able to give the other's places back.
_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def throttle_key(username: str, address: str) -> str:
    """64 hex digits that stand for this account at this address; neither is kept in clear."""
    return hashlib.sha256(f"{username.translate(_FOLD)}\0{address}".encode()).hexdigest()


def take_place(key: str) -> None:
    """Take one of the five places; TooManyRequests (with seconds to wait) when none is free."""
    now = timezone.now()
    expired = Q(window_started_at__lte=now - WINDOW)
    _row, first = LoginThrottle.objects.get_or_create(key=key, defaults={"failures": 1, "window_started_at": now})
    taken = first or LoginThrottle.objects.filter(expired | Q(failures__lt=LIMIT), key=key).update(
        failures=Case(When(expired, then=Value(1)), default=F("failures") + 1, output_field=IntegerField()),
        window_started_at=Case(
            When(expired, then=Value(now)), default=F("window_started_at"), output_field=DateTimeField()
        ),
    )
    if not taken:
        raise TooManyRequests(_("Too many failed logins. Try again later."), retry_after=_seconds_to_wait(key))


def give_back(key: str) -> None:
    """Forget the failures: somebody who knows the password has logged in."""
    LoginThrottle.objects.filter(key=key).update(failures=0)


def forget_expired() -> int:
    """Delete the rows whose window is over; returns how many."""
    return LoginThrottle.objects.filter(window_started_at__lte=timezone.now() - WINDOW).delete()[0]


def _seconds_to_wait(key: str) -> int:
    started = LoginThrottle.objects.filter(key=key).values_list("window_started_at", flat=True).first()
    # A row that is gone was just forgotten, so the next try is free.
    left = (started + WINDOW - timezone.now()).total_seconds() if started else 0
    return max(1, math.ceil(left))
