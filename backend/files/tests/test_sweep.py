"""The sweeper sends hints again that were lost."""

from datetime import timedelta

from django.test import TransactionTestCase
from django.utils import timezone

from core.redis import broker_sync
from files import finalize
from files.models import MediaFile
from files.tasks import sweep
from files.tests.library import added, checked
from files.tests.samples import png, wav

QUEUE = "celery"


class SweepTests(TransactionTestCase):
    def setUp(self) -> None:
        added(png(), "waiting.png")
        checked(wav(), "done.wav")
        broker_sync().delete(QUEUE)
        self.forget()

    def forget(self) -> None:
        MediaFile.objects.update(updated_at=timezone.now() - timedelta(minutes=1))

    def test_it_works(self) -> None:
        self.assertEqual(sweep(), 1)
        self.assertEqual(broker_sync().llen(QUEUE), 1)

    def test_a_fresh_file_is_left_alone(self) -> None:
        MediaFile.objects.update(updated_at=timezone.now())
        self.assertEqual(sweep(), 0)

    def test_a_check_that_goes_on_is_left_alone(self) -> None:
        self.assertIsNotNone(finalize.claim(MediaFile.objects.get(status="Pending").pk))
        self.forget()
        self.assertEqual(sweep(), 0)

    def test_workers_with_enough_to_do_are_left_alone(self) -> None:
        broker_sync().rpush(QUEUE, *range(500))
        self.assertEqual(sweep(), 0)
        self.assertEqual(broker_sync().llen(QUEUE), 500)
