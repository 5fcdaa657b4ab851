"""Background work of the accounts."""

from celery import shared_task
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts import throttle


@shared_task
def forget_old_tokens() -> None:
    """Delete what no longer decides anything: spent tokens that have expired, and login windows that are over."""
    OutstandingToken.objects.filter(expires_at__lte=timezone.now()).delete()
    throttle.forget_expired()
