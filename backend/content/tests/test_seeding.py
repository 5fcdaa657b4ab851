"""Totals in Redis begin with what the database and the pending views say, and are never too low."""

from content import counters, page_cache
from content.models import VideoContent
from content.page_cache import BASES
from content.tests.visitors import (
    VisitorTestCase,
    a_page,
    a_video,
    counters_in_database,
    path_of,
    redis_of_pages,
    shown_counters,
)


class SeedingTests(VisitorTestCase):
    def test_it_works(self) -> None:
        page = a_page(videos=0)
        a_video(page, counter=41)

        cold, warm = self.visit(path_of(page), path_of(page))

        self.assertEqual((shown_counters(cold), shown_counters(warm)), ([42], [43]))

    def test_a_new_content_of_a_known_page(self) -> None:
        page = a_page(videos=1)
        self.visit(path_of(page), path_of(page))
        a_video(page, counter=10, order=9)

        self.assertEqual(shown_counters(self.get(path_of(page))), [3, 11])

    def test_a_total_that_got_lost_is_the_database_and_the_pending_together(self) -> None:
        page = a_page(videos=1)
        self.visit(path_of(page), path_of(page))
        counters.flush()
        self.visit(path_of(page))
        redis_of_pages().delete(BASES)

        self.assertEqual(shown_counters(self.get(path_of(page))), [4])
        counters.flush()
        self.assertEqual(page.contents.get().counter, 4)

    def test_a_head_seeds_as_well(self) -> None:
        page = a_page(videos=0)
        a_video(page, counter=41)
        self.visit(path_of(page), method="HEAD")

        self.assertEqual(shown_counters(self.get(path_of(page))), [42])

    def test_totals_are_raised_and_not_lowered(self) -> None:
        page = a_page(videos=0)
        first, second = a_video(page, counter=10, order=1), a_video(page, counter=10, order=2)
        group = page_cache.group_of([first.pk, second.pk])
        self.assertEqual(shown_counters(self.get(path_of(page))), [11, 11])

        page_cache.raise_bases([group, "999,1000"], {first.pk: 8, second.pk: 20})

        # One view is pending, and so is in no counter of the database.
        self.assertEqual(shown_counters(self.get(path_of(page))), [12, 22])

    def test_totals_outlive_changes_of_what_a_page_shows(self) -> None:
        page = a_page(videos=2)
        self.visit(*[path_of(page)] * 3)
        first, second = VideoContent.objects.order_by("order")
        first.is_active = False
        first.save()
        self.assertEqual(shown_counters(self.get(path_of(page))), [4])
        third = a_video(page, order=0)
        self.assertEqual(shown_counters(self.get(path_of(page))), [1, 5])
        third.order = 9
        third.save()
        self.assertEqual(shown_counters(self.get(path_of(page))), [6, 2])

        counters.flush()

        self.assertEqual(counters_in_database(), {first.pk: 3, second.pk: 6, third.pk: 2})
        self.assertEqual(redis_of_pages().hlen(BASES), 1)

    def test_an_emptied_redis_begins_anew_from_the_database(self) -> None:
        page = a_page(videos=1)
        self.visit(*[path_of(page)] * 3)
        counters.flush()
        self.forget_everything()

        self.assertEqual(shown_counters(self.get(path_of(page))), [4])
