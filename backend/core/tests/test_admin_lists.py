"""Helpers of the admin's lists; their effect on real lists is tested with those."""

from datetime import UTC, datetime

from django.test import SimpleTestCase, override_settings

from core.admin_lists import CappedPaginator, any_case, short_date


class AnyCaseTests(SimpleTestCase):
    def test_it_works(self) -> None:
        """Every word, in the three ways in which people write it where the database folds only ASCII."""
        self.assertEqual(
            str(any_case("name", "sea View")), "(AND: ('name__icontains', 'sea'), ('name__icontains', 'View'))"
        )
        self.assertEqual(len(any_case("name", "море").children), 3)

    def test_nothing_to_look_for(self) -> None:
        self.assertFalse(any_case("name", "  "))


class PaginatorTests(SimpleTestCase):
    def test_it_works(self) -> None:
        paginator = CappedPaginator(list(range(10_005)), 100)
        self.assertEqual((paginator.count, paginator.num_pages, paginator.is_capped), (10_000, 100, True))

    def test_few(self) -> None:
        paginator = CappedPaginator([1, 2, 3], 2)
        self.assertEqual((paginator.count, paginator.num_pages, paginator.is_capped), (3, 2, False))


class ShortDateTests(SimpleTestCase):
    @override_settings(TIME_ZONE="Asia/Krasnoyarsk")
    def test_it_works(self) -> None:
        html = short_date(datetime(2026, 1, 31, 20, 0, tzinfo=UTC))
        self.assertIn('datetime="2026-02-01T03:00:00+07:00"', html)
        self.assertIn("02/01/2026", html)
