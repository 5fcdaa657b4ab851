"""What was rendered before an edit is never shown after it."""

import asyncio
from functools import partial

from content import page_cache, reading
from content.models import Page
from content.page_cache import GENERATIONS, Hit, Miss
from content.page_json import Rendered, render_detail
from content.page_query import DetailQuery
from content.tests.visitors import VisitorTestCase, a_page, path_of, redis_of_pages
from core.redis import close_pages


class GenerationTests(VisitorTestCase):
    def test_it_works(self) -> None:
        page = a_page("Before")
        self.get(path_of(page))
        before = redis_of_pages().hgetall(GENERATIONS)
        page.title = "After"
        page.save()

        after = redis_of_pages().hgetall(GENERATIONS)
        self.assertEqual(set(after), {str(page.pk).encode(), b"list"})
        self.assertFalse(set(before.values()) & set(after.values()))
        self.assertEqual(self.get(path_of(page)).json()["title"], "After")

    def test_an_edit_while_the_page_is_rendered(self) -> None:
        for known in (True, False):
            with self.subTest(generation_is_known=known):
                self.forget_everything()
                page = a_page("Before")
                if not known:
                    self.forget_everything()
                asyncio.run(self.read(partial(self.rendered_then_edited, page), str(page.pk)))

                self.assertEqual(self.get(path_of(page)).json()["title"], "After")

    def rendered_then_edited(self, page: Page) -> Rendered:
        rendered = render_detail(page.pk, DetailQuery())
        page.title = "After"
        page.save()
        return rendered

    async def read(self, render: reading.Render, whose: str) -> Hit:
        try:
            return await reading.read(render, whose=whose, variant="", views=1)
        finally:
            await close_pages()

    def test_a_late_put_is_not_kept(self) -> None:
        page = a_page(videos=0)

        async def late() -> Hit | Miss | page_cache.Limited:
            try:
                miss = await page_cache.read(str(page.pk), "", views=0)
                assert isinstance(miss, Miss)
                rendered = Rendered(b'{"title":"Before"}', (), b'W/"1"')
                page_cache.renew([page.pk])
                await page_cache.keep(rendered, views=0, whose=str(page.pk), variant="", miss=miss)
                return await page_cache.read(str(page.pk), "", views=0)
            finally:
                await close_pages()

        self.assertIsInstance(asyncio.run(late()), Miss)
        self.assertEqual(redis_of_pages().keys("page:json:*"), [])

    def test_pages_that_do_not_exist_leave_nothing_in_redis(self) -> None:
        for number in range(1000, 1010):
            self.get(f"/api/page/content/{number}/")

        redis_of_pages().delete(*redis_of_pages().keys("page:lock:*"))
        self.assertEqual(redis_of_pages().keys("*"), [])

    def test_generations_and_counters_live_for_ever_and_json_does_not(self) -> None:
        self.visit(path_of(a_page()), "/api/page/content/")

        client = redis_of_pages()
        lives = {key: client.pttl(key) for key in client.keys("*")}
        for key, life in lives.items():
            with self.subTest(key=key):
                if key.startswith(b"page:json:"):
                    self.assertGreater(life, 20 * 3600 * 1000)
                    self.assertLessEqual(life, 24 * 3600 * 1000)
                else:
                    self.assertEqual(life, -1)
        self.assertEqual(len([key for key in lives if key.startswith(b"page:json:")]), 2)
