"""Views reach the database exactly once."""

import threading
import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from content import counters, page_cache
from content.models import CounterBatch, Page
from content.page_cache import BASES, BATCHES, PENDING
from content.tasks import flush_views
from content.tests.visitors import (
    VisitorTestCase,
    a_page,
    counters_in_database,
    path_of,
    redis_of_pages,
    shown_counters,
)


class FlushTests(VisitorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = a_page(videos=2)
        self.path = path_of(self.page)

    def test_it_works(self) -> None:
        self.visit(self.path, self.path)

        self.assertEqual(flush_views(), 4)

        self.assertEqual(list(counters_in_database().values()), [2, 2])
        self.assertEqual(shown_counters(self.get(self.path)), [3, 3])
        self.assertEqual(CounterBatch.objects.count(), 1)

    def test_a_second_flush_adds_nothing(self) -> None:
        self.get(self.path)

        self.assertEqual([counters.flush(), counters.flush()], [2, 0])
        self.assertEqual(list(counters_in_database().values()), [1, 1])
        self.assertEqual(redis_of_pages().keys("views:batch*"), [])

    def test_a_batch_that_is_delivered_again_adds_nothing(self) -> None:
        """What a crash between the commit and the deletion leaves behind."""
        self.get(self.path)
        self.leave_a_batch_behind()
        (batch,) = redis_of_pages().smembers(BATCHES)
        views = redis_of_pages().hgetall(f"views:batch:{batch.decode()}")
        counters.flush()
        redis_of_pages().hset(f"views:batch:{batch.decode()}", mapping=views)
        redis_of_pages().sadd(BATCHES, batch)

        self.assertEqual(counters.flush(), 0)
        self.assertEqual(list(counters_in_database().values()), [1, 1])
        self.assertEqual(redis_of_pages().keys("views:batch*"), [])

    def test_a_batch_that_was_left_behind_is_applied_with_the_next(self) -> None:
        """What a crash before the commit leaves behind."""
        self.get(self.path)
        self.leave_a_batch_behind()
        self.get(self.path)

        self.assertEqual(counters.flush(), 4)
        self.assertEqual(list(counters_in_database().values()), [2, 2])

    def leave_a_batch_behind(self) -> None:
        """Pending views become a batch in Redis, and the worker dies."""
        with self.assertRaises(KeyboardInterrupt), transaction.atomic():
            (batch,) = page_cache.take()
            CounterBatch.objects.create(pk=batch)
            raise KeyboardInterrupt

    def test_views_of_a_flush_that_is_rolled_back_stay(self) -> None:
        self.get(self.path)
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            batch = uuid.uuid4()
            CounterBatch.objects.create(pk=batch)
            counters.add_views({self.page.contents.get(order=0).pk: 5})
            raise ZeroDivisionError

        self.assertEqual(list(counters_in_database().values()), [0, 0])
        counters.flush()
        self.assertEqual(list(counters_in_database().values()), [1, 1])

    def test_flushers_at_once_add_each_view_once(self) -> None:
        failures: list[BaseException] = []

        def flusher() -> None:
            try:
                for _ in range(5):
                    counters.flush()
            except BaseException as error:
                failures.append(error)
                raise
            finally:
                connection.close()

        threads = [threading.Thread(target=flusher) for _ in range(4)]
        for thread in threads:
            thread.start()
        self.visit(*[self.path] * 50)
        for thread in threads:
            thread.join()
        counters.flush()

        self.assertEqual(failures, [])
        self.assertEqual(list(counters_in_database().values()), [50, 50])
        self.assertEqual(redis_of_pages().keys("views:batch*"), [])

    def test_the_shown_total_is_never_lowered(self) -> None:
        shown = []
        for _ in range(5):
            shown += [shown_counters(self.get(self.path))[0], shown_counters(self.get(self.path))[0]]
            counters.flush()

        self.assertEqual(shown, list(range(1, 11)))

    def test_views_that_the_database_counted_show_up_after_a_flush(self) -> None:
        self.get(self.path)
        counters.flush()
        counters.add_views(dict.fromkeys(self.page.contents.values_list("pk", flat=True), 10))
        self.assertEqual(shown_counters(self.get(self.path)), [2, 2])

        counters.flush()

        self.assertEqual(shown_counters(self.get(self.path)), [13, 13])

    def test_counters_of_deleted_contents_are_dropped(self) -> None:
        self.get(self.path)
        gone, kept = self.page.contents.order_by("order")
        gone.delete()

        self.assertEqual(counters.flush(), 1)
        self.assertEqual(counters_in_database(), {kept.pk: 1})
        self.assertEqual(shown_counters(self.get(self.path)), [2])
        self.assertEqual(redis_of_pages().hkeys(BASES), [str(kept.pk).encode()])

    def test_totals_of_deleted_pages_are_dropped(self) -> None:
        self.get(self.path)
        self.page.delete()

        self.assertEqual(counters.flush(), 0)
        self.assertEqual(redis_of_pages().hkeys(BASES), [])

    def test_nothing_to_flush(self) -> None:
        self.assertEqual(counters.flush(), 0)
        self.assertFalse(CounterBatch.objects.exists())

    def test_old_batches_are_forgotten_unless_redis_still_has_them(self) -> None:
        old, waiting, recent = (CounterBatch.objects.create(pk=uuid.uuid4()) for _ in range(3))
        long_ago = timezone.now() - timedelta(days=8)
        CounterBatch.objects.filter(pk__in=[old.pk, waiting.pk]).update(applied_at=long_ago)
        redis_of_pages().sadd(BATCHES, str(waiting.pk))

        counters.flush()

        self.assertEqual(set(CounterBatch.objects.values_list("pk", flat=True)), {waiting.pk, recent.pk})
        counters.flush()
        self.assertEqual(set(CounterBatch.objects.values_list("pk", flat=True)), {recent.pk})

    def test_a_flush_changes_no_cache(self) -> None:
        self.get(self.path)
        before = redis_of_pages().hgetall(page_cache.GENERATIONS)
        updated = Page.objects.get().updated_at

        counters.flush()

        self.assertEqual(redis_of_pages().hgetall(page_cache.GENERATIONS), before)
        self.assertEqual(Page.objects.get().updated_at, updated)


class AddViewsTests(TransactionTestCase):
    def test_it_works(self) -> None:
        page, other = a_page(videos=2), a_page(videos=1)
        first, second = page.contents.order_by("order")
        third = other.contents.get()

        counted = counters.add_views({first.pk: 3, second.pk: 4, third.pk: 5, 999_999: 6})

        self.assertEqual(counted, {first.pk: 3, second.pk: 4, third.pk: 5})
        self.assertEqual(counters_in_database(), counted)
        self.assertEqual(list(Page.objects.order_by("pk").values_list("views", flat=True)), [7, 5])

    def test_few_statements_for_many_contents(self) -> None:
        page = a_page(videos=2)
        views = {
            **dict.fromkeys(page.contents.values_list("pk", flat=True), 1),
            **dict.fromkeys(range(10**6, 10**6 + 4000), 1),
        }
        begin_and_commit = 2 if connection.vendor == "sqlite" else 4

        with self.assertNumQueries(2 + begin_and_commit):
            counters.add_views(views)

    def test_large_numbers(self) -> None:
        content = a_page(videos=1).contents.get()

        self.assertEqual(counters.add_views({content.pk: 2**40}), {content.pk: 2**40})
        self.assertEqual(counters.add_views({content.pk: 1}), {content.pk: 2**40 + 1})


class ManyPagesTests(VisitorTestCase):
    def test_it_works(self) -> None:
        """More groups than one script takes: none is left, none is taken twice, and what is shown stays the same."""
        groups = {str(number): 3 for number in range(1, 5001)}
        redis_of_pages().hset(PENDING, mapping=groups)
        redis_of_pages().hset(BASES, mapping=dict.fromkeys(groups, 10))

        batches = page_cache.take()

        self.assertGreater(len(batches), 1)
        taken = [redis_of_pages().hgetall(f"views:batch:{batch}") for batch in batches]
        self.assertEqual(sum(len(batch) for batch in taken), 5000)
        self.assertEqual({int(views) for batch in taken for views in batch.values()}, {3})
        self.assertFalse(redis_of_pages().exists(PENDING))
        self.assertEqual(set(redis_of_pages().hvals(BASES)), {b"13"})
