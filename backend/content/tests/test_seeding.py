"""Totals in Redis begin with what the database and the pending views say, and are never too low."""

from content import counters, page_cache
from content.page_cache import PENDING, TOTALS
from content.tests.visitors import VisitorTestCase, a_page, a_video, path_of, redis_of_pages, shown_counters


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
        redis_of_pages().delete(TOTALS)

        self.assertEqual(shown_counters(self.get(path_of(page))), [4])
        counters.flush()
        self.assertEqual(page.contents.get().counter, 4)

    def test_a_head_seeds_as_well(self) -> None:
        page = a_page(videos=0)
        a_video(page, counter=41)
        self.visit(path_of(page), method="HEAD")

        self.assertEqual(shown_counters(self.get(path_of(page))), [42])

    def test_totals_are_raised_and_not_lowered(self) -> None:
        redis_of_pages().hset(TOTALS, mapping={"1": 10, "2": 10, "3": 10})
        redis_of_pages().hset(PENDING, mapping={"3": 4})

        page_cache.raise_totals({1: 8, 2: 12, 3: 8, 4: 5})

        totals = {int(key): int(value) for key, value in redis_of_pages().hgetall(TOTALS).items()}
        self.assertEqual(totals, {1: 10, 2: 12, 3: 12, 4: 5})

    def test_an_emptied_redis_begins_anew_from_the_database(self) -> None:
        page = a_page(videos=1)
        self.visit(*[path_of(page)] * 3)
        counters.flush()
        self.forget_everything()

        self.assertEqual(shown_counters(self.get(path_of(page))), [4])
