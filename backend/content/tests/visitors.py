"""What the tests of pages have in common: pages, and visitors who read them through the whole ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from django.test import TransactionTestCase

from content import page_redis
from content.models import Content, Page, VideoContent
from core import redis as pools
from project.asgi import application

LIST = "/api/page/content/"


def redis_of_pages() -> Any:
    """A client; its methods' types know nothing of bytes."""
    return pools.pages_sync()


def path_of(page: Page) -> str:
    return f"{LIST}{page.pk}/"


def a_page(title: str = "A page", videos: int = 2, **fields: Any) -> Page:
    """A page with videos from another address."""
    page = Page.objects.create(title=title, **fields)
    for number in range(videos):
        a_video(page, order=number, title=f"Video {number}")
    return page


def a_video(page: Page, **fields: Any) -> VideoContent:
    values = {"title": "A video", "url": "https://video.example/1", **fields}
    video: VideoContent = VideoContent.objects.create(page=page, **values)
    return video


def counters_in_database() -> dict[int, int]:
    return dict(Content.objects.values_list("pk", "counter"))


def shown_counters(answer: httpx.Response) -> list[int]:
    """The counters of a page's JSON."""
    return [content["counter"] for content in answer.json()["contents"]]


@asynccontextmanager
async def visiting(site: Any = application, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of the site; the Redis connections of this event loop are closed afterwards."""
    transport = httpx.ASGITransport(app=site)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
            yield client
    finally:
        await pools.close_pages()


class VisitorTestCase(TransactionTestCase):
    """Requests run in threads of their own, so that what they read has to be committed."""

    def setUp(self) -> None:
        super().setUp()
        page_redis.pause.end()

    site: Any = application

    def visit(self, *paths: str, method: str = "GET", **headers: str) -> list[httpx.Response]:
        """The answers to some requests, made one after the other."""

        async def all_of_them() -> list[httpx.Response]:
            async with visiting(self.site, **headers) as visitor:
                return [await visitor.request(method, path) for path in paths]

        return asyncio.run(all_of_them())

    def forget_everything(self) -> None:
        """As if Redis had been started anew."""
        redis_of_pages().flushdb()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.visit(path, **headers)[0]
