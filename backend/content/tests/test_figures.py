"""The figures of pages in /metrics"""

from datetime import timedelta

from django.utils import timezone

from content import counters
from content.figures import gauges
from content.tests.visitors import VisitorTestCase, a_page, path_of
from core.metrics import exposition


class FigureTests(VisitorTestCase):
    def figures(self) -> dict[str, float]:
        return {name.removeprefix("quayside_"): float(str(value)) for (name, _text), value in gauges().items()}

    def test_it_works(self) -> None:
        page = a_page(videos=2)
        a_page(publish_at=timezone.now() + timedelta(hours=1), videos=0)
        self.get(path_of(page))

        # One edit for each page, and one for each content.
        expected = {"pages": 1, "pages_with_new_views": 1, "view_batches": 0, "page_changes": 4}
        self.assertEqual(self.figures(), expected)
        counters.flush()
        figures = self.figures()
        self.assertAlmostEqual(figures.pop("views_flushed_timestamp_seconds"), timezone.now().timestamp(), delta=5)
        self.assertEqual(figures, {**expected, "pages_with_new_views": 0})

    def test_reads_are_counted_by_where_they_are_answered(self) -> None:
        path = path_of(a_page())
        self.visit(path, path)

        text = exposition().decode()
        self.assertRegex(text, r'quayside_page_reads_total\{source="database"\} [1-9]')
        self.assertRegex(text, r'quayside_page_reads_total\{source="redis"\} [1-9]')
