"""The task that forgets what no longer decides anything."""

from datetime import timedelta

from django.conf import settings
from django.test import TestCase
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts.models import LoginThrottle
from accounts.tasks import forget_old_tokens
from accounts.tests.people import refresh_token, someone
from accounts.throttle import WINDOW
from accounts.tokens import RefreshToken


class ForgetOldTokensTests(TestCase):
    def test_it_works(self) -> None:
        user = someone()
        old, new = RefreshToken(refresh_token(user)), RefreshToken(refresh_token(user))
        old.spend()
        new.spend()
        OutstandingToken.objects.filter(jti=old["jti"]).update(expires_at=timezone.now() - timedelta(seconds=1))

        forget_old_tokens()

        self.assertEqual([row.token.jti for row in BlacklistedToken.objects.select_related("token")], [new["jti"]])
        self.assertFalse(new.spend())

    def test_login_windows_that_are_over_are_forgotten(self) -> None:
        now = timezone.now()
        LoginThrottle.objects.create(key="over", failures=5, window_started_at=now - WINDOW)
        LoginThrottle.objects.create(key="running", failures=5, window_started_at=now - WINDOW / 2)

        forget_old_tokens()

        self.assertEqual([row.key for row in LoginThrottle.objects.all()], ["running"])

    def test_it_is_on_the_schedule(self) -> None:
        scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

        self.assertIn(forget_old_tokens.name, scheduled)
