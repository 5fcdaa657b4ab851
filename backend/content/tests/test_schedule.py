"""Scheduled pages show themselves at their hour, though lists are cached."""

import time
from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from content.page_json import render_list
from content.page_query import ListQuery
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of, redis_of_pages


class ScheduleTests(VisitorTestCase):
    def test_it_works(self) -> None:
        a_page("Now")
        later = a_page("Later", publish_at=timezone.now() + timedelta(seconds=1))
        before = self.visit(LIST, LIST, path_of(later))
        time.sleep(1.1)

        listed, detail = self.visit(LIST, path_of(later))

        self.assertEqual([answer.status_code for answer in before], [200, 200, 404])
        self.assertEqual([answer.json()["count"] for answer in before[:2]], [1, 1])
        self.assertEqual([page["title"] for page in listed.json()["results"]], ["Later", "Now"])
        self.assertEqual(detail.json()["title"], "Later")

    def test_the_first_page_of_all_is_scheduled(self) -> None:
        a_page(publish_at=timezone.now() + timedelta(seconds=1))
        self.assertEqual(self.get(LIST).json()["count"], 0)
        time.sleep(1.1)

        self.assertEqual(self.get(LIST).json()["count"], 1)

    def test_a_list_expires_with_the_next_page_that_joins_it(self) -> None:
        now = timezone.now()
        a_page(publish_at=now - timedelta(hours=1))
        soon = a_page(publish_at=now + timedelta(hours=1), videos=1)
        a_page(publish_at=now + timedelta(hours=2))
        a_page(publish_at=now + timedelta(minutes=1), is_published=False)

        self.assertEqual(render_list(ListQuery()).expires_at, soon.publish_at)
        self.assertIsNone(render_list(ListQuery(content_type="audio")).expires_at)
        self.get(LIST)
        (key,) = redis_of_pages().keys("page:json:*")
        self.assertLess(abs(redis_of_pages().pttl(key) - 3_600_000), 60_000)

    @override_settings(VIEWS_FLUSH_INTERVAL=timedelta(seconds=1))
    def test_a_list_by_views_lives_until_the_next_flush(self) -> None:
        a_page()
        self.get(f"{LIST}?ordering=-views")
        (key,) = redis_of_pages().keys("page:json:*")

        self.assertLessEqual(redis_of_pages().pttl(key), 1000)

    @override_settings(PAGE_CACHE_TTL=timedelta(0))
    def test_nothing_is_kept_when_the_setting_says_so(self) -> None:
        page = a_page(videos=1)

        answers = self.visit(path_of(page), path_of(page))

        self.assertEqual([answer.json()["contents"][0]["counter"] for answer in answers], [1, 2])
        self.assertEqual(redis_of_pages().keys("page:json:*"), [])
