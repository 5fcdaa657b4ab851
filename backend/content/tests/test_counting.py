"""A read counts one view for each content it shows, exactly."""

import asyncio

from django.db import connection
from django.test import override_settings

from content import counters
from content.models import Content, Page
from content.tests.visitors import (
    LIST,
    VisitorTestCase,
    a_page,
    a_video,
    counters_in_database,
    path_of,
    shown_counters,
    visiting,
)


class CountingTests(VisitorTestCase):
    def test_it_works(self) -> None:
        path = path_of(a_page(videos=2))

        answers = self.visit(path, path, path)

        self.assertEqual([shown_counters(answer) for answer in answers], [[1, 1], [2, 2], [3, 3]])
        self.assertEqual(set(counters_in_database().values()), {0})
        self.assertEqual(counters.flush(), 6)
        self.assertEqual(set(counters_in_database().values()), {3})
        self.assertEqual(Page.objects.get().views, 6)

    def test_many_at_once(self) -> None:
        path = path_of(a_page(videos=1))

        async def crowd() -> list[int]:
            async with visiting() as visitor:
                answers = await asyncio.gather(*[visitor.get(path) for _ in range(100)])
            return sorted(shown_counters(answer)[0] for answer in answers)

        self.assertEqual(asyncio.run(crowd()), list(range(1, 101)))
        counters.flush()
        self.assertEqual(list(counters_in_database().values()), [100])

    def test_lists_count_what_they_show(self) -> None:
        page, other = a_page(videos=1), a_page(videos=2)
        self.visit(LIST, LIST, f"{LIST}?page_size=1", path_of(page))
        counters.flush()

        self.assertEqual(list(page.contents.values_list("counter", flat=True)), [3])
        self.assertEqual(list(other.contents.values_list("counter", flat=True)), [3, 3])

    @override_settings(VIEWS_COUNT_LISTS=False)
    def test_lists_count_nothing_when_they_are_switched_off(self) -> None:
        page = a_page(videos=1)

        first, detail, second = self.visit(LIST, path_of(page), LIST)

        self.assertEqual(first.json()["results"][0]["contents"][0]["counter"], 0)
        self.assertEqual(shown_counters(detail), [1])
        self.assertEqual(second.json()["results"][0]["contents"][0]["counter"], 1)
        self.assertEqual(counters.flush(), 1)

    def test_a_304_counts(self) -> None:
        path = path_of(a_page(videos=1))
        etag = self.get(path).headers["ETag"]
        self.get(path, **{"If-None-Match": etag})

        self.assertEqual(shown_counters(self.get(path)), [3])

    def test_head_and_prefetch_count_nothing(self) -> None:
        path = path_of(a_page(videos=1))
        for _cold_then_warm in range(2):
            self.visit(path, method="HEAD")
            for name, value in (
                ("Sec-Purpose", "prefetch"),
                ("Sec-Purpose", "prefetch;prerender"),
                ("Purpose", "prefetch"),
            ):
                self.assertEqual(shown_counters(self.get(path, **{name: value})), [0])
        self.assertEqual(counters.flush(), 0)

    def test_refused_requests_count_nothing(self) -> None:
        path = path_of(a_page(videos=1))
        self.get(path)
        self.get(path, Accept="text/html")
        self.get(f"{path}?nothing=1")
        self.get(path, Host="evil.example")
        self.visit(path, method="POST")

        self.assertEqual(shown_counters(self.get(path)), [2])

    def test_contents_that_are_not_shown_count_nothing(self) -> None:
        page = a_page(videos=1)
        hidden = a_video(page, is_active=False)
        self.visit(path_of(page), f"{path_of(page)}?fields=title", f"{LIST}?fields=id")
        counters.flush()

        self.assertEqual(sorted(counters_in_database().values()), [0, 1])
        self.assertEqual(Content.objects.get(pk=hidden.pk).counter, 0)

    def test_searches_count_too(self) -> None:
        page = a_page("Море", videos=1)

        answers = self.visit(f"{LIST}?search=море", f"{LIST}?search=море", path_of(page))

        found = [answer.json()["results"][0]["contents"][0]["counter"] for answer in answers[:2]]
        self.assertEqual((found, shown_counters(answers[2])), ([1, 2], [3]))

    def test_one_content_in_several_answers_has_one_counter(self) -> None:
        page = a_page(videos=1)

        paths = [path_of(page), LIST, f"{path_of(page)}?fields=contents", f"{LIST}?ordering=title", path_of(page)]

        self.assertEqual(shown_counters(self.visit(*paths)[-1]), [5])

    def test_more_contents_than_lua_can_unpack(self) -> None:
        page = a_page(videos=0)
        one = a_video(page)
        # Several tables make one content, so many are made by SQL.
        Content.objects.bulk_create(
            Content(page=page, title="x", content_type="video", pk=one.pk + number) for number in range(1, 4500)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO content_videocontent (content_ptr_id, url, subtitles_url) "
                "SELECT id, '', '' FROM content_content WHERE id <> %s",
                [one.pk],
            )

        cold, warm = self.visit(path_of(page), path_of(page))

        self.assertEqual(set(shown_counters(cold)), {1})
        self.assertEqual(set(shown_counters(warm)), {2})
        self.assertEqual(counters.flush(), 9000)
        self.assertEqual(set(counters_in_database().values()), {2})
