"""Background work that the clock sends."""

from project.celery import app


def test_it_works() -> None:
    """Workers take the schedule's messages, which do not wait behind checks nor pile up while there is no worker."""
    app.loader.import_default_modules()
    taken = set(app.amqp.queues.consume_from)
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["queue"] in taken - {app.conf.task_default_queue}
        assert entry["options"]["expires"] > 60
