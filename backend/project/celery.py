"""The Celery application; the schedule of background work is in `settings.CELERY_BEAT_SCHEDULE`."""

import os
from typing import Any

from celery import Celery, signals

from core import heartbeat
from core.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("quayside")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_ready.connect
def _ready(sender: Any, **_kwargs: Any) -> None:
    """Say so, and look for files that waited for a worker: they need not wait for the clock too."""
    heartbeat.beat(sender.hostname)
    sweep = app.conf.beat_schedule["sweep files"]
    app.send_task(sweep["task"], **sweep["options"])


@signals.heartbeat_sent.connect
def _beat(sender: Any, **_kwargs: Any) -> None:
    heartbeat.beat(sender.eventer.hostname)


@signals.worker_shutting_down.connect
def _stopping(sender: str, **_kwargs: Any) -> None:
    heartbeat.stop(sender)


@signals.worker_process_init.connect
@signals.beat_embedded_init.connect
def _init_child(**_kwargs: Any) -> None:
    """A killed worker takes its pool and its beat with it: no task runs without a parent that acknowledges it."""
    die_with_parent()
