"""Of many who miss the same page one builds it, and the others wait for it."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from content import page_cache, reading
from content.page_json import Rendered, render_detail
from content.page_query import DetailQuery
from content.tests.test_layer import reads
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of, shown_counters, visiting
from core.errors import NotFound
from core.redis import close_pages


def crowd(path: str, visitors: int) -> list[int]:
    """The counters that so many visitors at once see; in an event loop of their own, as a process has."""

    async def visit() -> list[int]:
        async with visiting() as visitor:
            answers = await asyncio.gather(*[visitor.get(path) for _ in range(visitors)])
        return [shown_counters(answer)[0] for answer in answers]

    return asyncio.run(visit())


class SingleFlightTests(VisitorTestCase):
    def test_it_works(self) -> None:
        path = path_of(a_page(videos=1))
        before = reads("database")

        shown = crowd(path, 200)

        self.assertLessEqual(reads("database") - before, 2)
        self.assertEqual(sorted(shown), list(range(1, 201)))

    def test_across_processes(self) -> None:
        path = path_of(a_page(videos=1))
        before = reads("database")

        with ThreadPoolExecutor(4) as loops:
            shown = [counter for part in loops.map(crowd, [path] * 4, [50] * 4) for counter in part]

        self.assertLessEqual(reads("database") - before, 2)
        self.assertEqual(sorted(shown), list(range(1, 201)))

    def test_lists_too(self) -> None:
        a_page()
        before = reads("database")

        async def visit() -> set[int]:
            async with visiting() as visitor:
                answers = await asyncio.gather(*[visitor.get(LIST) for _ in range(50)])
            return {answer.status_code for answer in answers}

        self.assertEqual(asyncio.run(visit()), {200})
        self.assertLessEqual(reads("database") - before, 2)

    def test_many_who_ask_for_nothing_do_not_wait_for_each_other(self) -> None:
        async def visit() -> set[int]:
            async with visiting() as visitor:
                answers = await asyncio.gather(*[visitor.get("/api/page/content/999/") for _ in range(100)])
            return {answer.status_code for answer in answers}

        begin = time.monotonic()
        self.assertEqual(asyncio.run(visit()), {404})
        self.assertLess(time.monotonic() - begin, 5)

    def test_whoever_waits_in_vain_builds_it(self) -> None:
        """A builder that dies keeps the others waiting for seconds, not for ever."""
        page = a_page(videos=0)

        async def visit() -> float:
            try:
                dead = await page_cache.read(str(page.pk), "", views=0, to_build=True)
                assert isinstance(dead, page_cache.Miss)
                assert dead.may_build
                begin = time.monotonic()
                await reading.read(
                    lambda: render_detail(page.pk, DetailQuery()), whose=str(page.pk), variant="", views=0
                )
                return time.monotonic() - begin
            finally:
                await close_pages()

        self.assertLess(asyncio.run(visit()), 8)

    def test_a_builder_that_fails_lets_the_next_one_try(self) -> None:
        page = a_page(videos=0)
        tried = threading.Event()

        def fails_once() -> Rendered:
            if not tried.is_set():
                tried.set()
                raise NotFound
            return render_detail(page.pk, DetailQuery())

        async def visit() -> float:
            begin = time.monotonic()
            try:
                both = [
                    reading.read(fails_once, whose=str(page.pk), variant="", views=0),
                    reading.read(fails_once, whose=str(page.pk), variant="", views=0),
                ]
                results = await asyncio.gather(*both, return_exceptions=True)
                assert [type(result) for result in results].count(NotFound) == 1
                return time.monotonic() - begin
            finally:
                await close_pages()

        self.assertLess(asyncio.run(visit()), 2)
