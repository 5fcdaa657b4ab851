"""What the site needs to be ready: database, both Redis servers, a worker, room on the disk."""

import shutil

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core import health, heartbeat
from core.health import Unhealthy
from core.redis import broker_sync, pages_sync
from core.units import format_size


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def redis() -> None:
    pages_sync().ping()
    broker_sync().ping()


def worker() -> None:
    if not heartbeat.workers():
        raise Unhealthy(_("no worker has been heard of in the last 30 seconds"))


def disk() -> None:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < settings.MIN_FREE_SPACE:
        raise Unhealthy(_("only %(size)s free") % {"size": format_size(free)})
    roots = [root for root in (settings.INCOMING_ROOT, settings.MEDIA_ROOT, settings.TRASH_ROOT) if root.exists()]
    if len({root.stat().st_dev for root in roots}) > 1:
        raise Unhealthy(_("incoming, media and trash are not on one filesystem"))


def register() -> None:
    for check in (database, redis, worker, disk):
        health.register(check.__name__, check)
