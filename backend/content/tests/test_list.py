"""GET /api/page/content/"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Content, Page
from content.page_json import render_list
from content.page_query import ListQuery
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of


class ListTests(VisitorTestCase):
    def pages(self, number: int) -> list[Page]:
        """Pages that were made one after the other, the newest first."""
        return [a_page(f"Page {i:03}", videos=1) for i in range(number)][::-1]

    def test_it_works(self) -> None:
        newest, older = self.pages(2)

        answer = self.get(LIST)

        self.assertEqual(answer.status_code, 200)
        body = answer.json()
        self.assertEqual((body["count"], body["next"], body["previous"]), (2, None, None))
        self.assertEqual([page["id"] for page in body["results"]], [newest.pk, older.pk])
        details = [self.get(path_of(page)).json() for page in (newest, older)]
        for page in (*body["results"], *details):
            for content in page["contents"]:
                del content["counter"]
        self.assertEqual(body["results"], details)

    def test_no_pages(self) -> None:
        self.assertEqual(self.get(LIST).json(), {"count": 0, "next": None, "previous": None, "results": []})

    def test_links_lead_through_all_pages_and_back(self) -> None:
        pages = self.pages(5)
        url: str | None = f"{LIST}?page_size=2&fields=title"
        seen, previous = [], []
        while url:
            body = self.get(url).json()
            self.assertEqual(body["count"], 5)
            seen += [page["id"] for page in body["results"]]
            previous.append(body["previous"])
            url = body["next"]

        self.assertEqual(seen, [page.pk for page in pages])
        root = "http://testserver/api/page/content/"
        first, second = "?fields=id%2Ctitle&page_size=2", "?fields=id%2Ctitle&page=2&page_size=2"
        self.assertEqual(previous, [None, root + first, root + second])

    def test_bounds_of_pagination(self) -> None:
        self.pages(3)
        for query, status in (
            ("page_size=1", 200),
            ("page_size=100", 200),
            ("page_size=101", 400),
            ("page_size=0", 400),
            ("page_size=-1", 400),
            ("page_size=2.0", 400),
            ("page_size=٣", 400),
            ("page=1", 200),
            ("page=2", 404),
            ("page=0", 400),
            ("page=two", 400),
            ("page=1000000000&page_size=100", 404),
            ("page=99999999999999999999", 400),
            (f"page={'9' * 5000}", 400),
            ("page=&page_size=", 200),
        ):
            with self.subTest(query=query[:40]):
                answer = self.get(f"{LIST}?{query}")
                self.assertEqual(answer.status_code, status)
                if status == 400:
                    self.assertEqual(set(answer.json()["errors"]), {query.partition("=")[0]})

    def test_hidden_pages_are_neither_listed_nor_counted(self) -> None:
        shown = a_page()
        a_page(is_published=False)

        body = self.get(LIST).json()

        self.assertEqual((body["count"], [page["id"] for page in body["results"]]), (1, [shown.pk]))

    def test_spellings_of_one_question_share_their_answer(self) -> None:
        self.pages(3)
        queries = ["", "?", "?page=1", "?page_size=20&page=1", "?ordering=-created_at", "?fields=", "?page=01"]
        with CaptureQueriesContext(connection) as first:
            answers = [self.get(LIST + query) for query in queries]

        self.assertEqual(len({answer.headers["ETag"] for answer in answers}), 1)
        self.assertEqual(
            [answer.json()["results"][0]["contents"][0]["counter"] for answer in answers], list(range(1, 8))
        )
        # Requests have connections of their own; this one was asked nothing.
        self.assertEqual(len(first), 0)

    def test_a_deep_page_costs_no_more_queries(self) -> None:
        Page.objects.bulk_create([Page(title=f"Page {i}") for i in range(300)])
        with CaptureQueriesContext(connection) as shallow:
            render_list(ListQuery(page=1, page_size=5))
        with CaptureQueriesContext(connection) as deep:
            render_list(ListQuery(page=60, page_size=5))

        self.assertEqual(len(shallow), len(deep))

    @pytest.mark.sqlite
    def test_the_order_of_every_list_is_kept_by_an_index_alone(self) -> None:
        """What makes the thousandth page of the list as quick as the first."""
        Page.objects.bulk_create([Page(title=f"Page {i}") for i in range(50)])
        for ordering in ("title", "-title", "created_at", "-created_at", "views", "-views"):
            with CaptureQueriesContext(connection) as queries:
                render_list(ListQuery(page=3, page_size=5, ordering=ordering))
            (rows,) = [query["sql"] for query in queries if " IN (SELECT" in query["sql"]]
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {rows}")
                plan = [step[3] for step in cursor.fetchall()]
            with self.subTest(ordering=ordering):
                self.assertTrue(any("COVERING INDEX page_shown_" in step for step in plan), plan)

    def test_queries_are_two_and_one_for_each_type(self) -> None:
        types = Content._meta.get_field("content_type").choices
        for number in (1, 30):
            self.pages(number)
            with self.assertNumQueries(2 + len(list(types or ()))):
                render_list(ListQuery())
        with self.assertNumQueries(2):
            render_list(ListQuery(fields=("id", "title")))
