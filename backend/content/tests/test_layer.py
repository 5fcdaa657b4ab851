"""The layer before Django: what it answers, and what it leaves to Django."""

from typing import Any

from django.core.handlers.asgi import ASGIHandler

from content import page_layer
from content.page_query import cached_question
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of
from core.metrics import registry


def without_counters(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: without_counters(value) for key, value in body.items() if key != "counter"}
    return [without_counters(entry) for entry in body] if isinstance(body, list) else body


def reads(source: str) -> float:
    return registry.get_sample_value("quayside_page_reads_total", {"source": source}) or 0


class LayerTests(VisitorTestCase):
    def from_redis(self, path: str, **headers: str) -> bool:
        """Whether Redis answers a read of something that is cached."""
        before = reads("redis"), reads("database")
        answer = self.get(path, **headers)
        self.assertLess(answer.status_code, 500)
        return (reads("redis") - before[0], reads("database") - before[1]) == (1, 0)

    def test_it_works(self) -> None:
        path = path_of(a_page())

        self.assertFalse(self.from_redis(path))
        self.assertTrue(self.from_redis(path))

    def test_cached_answers_carry_the_headers_of_cors_and_safety(self) -> None:
        path = path_of(a_page())
        self.get(path)

        headers = self.get(path).headers

        self.assertEqual(headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Referrer-Policy"], "same-origin")
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertEqual(headers["Cache-Control"], "no-cache")
        self.assertNotIn("Set-Cookie", headers)
        self.assertNotIn("Vary", headers)

    def test_errors_may_be_read_from_other_origins_too(self) -> None:
        for path in ("/api/page/content/999/", f"{LIST}?page=0"):
            self.assertEqual(self.get(path).headers["Access-Control-Allow-Origin"], "*")

    def test_errors_speak_the_language_of_the_browser(self) -> None:
        answer = self.get("/api/page/content/999/", **{"Accept-Language": "ru"})

        self.assertIn("Accept-Language", answer.headers["Vary"])

    def test_the_request_id_comes_back(self) -> None:
        path = path_of(a_page())
        for _cold_then_warm in range(2):
            kept = self.get(path, **{"X-Request-ID": "abc-123"}).headers["X-Request-ID"]
            replaced = self.get(path, **{"X-Request-ID": "a b<script>"}).headers["X-Request-ID"]
            made = self.get(path).headers["X-Request-ID"]
            self.assertEqual(kept, "abc-123")
            self.assertRegex(replaced, "^[0-9a-f]{32}$")
            self.assertRegex(made, "^[0-9a-f]{32}$")

    def test_a_strange_host_is_refused_though_the_page_is_cached(self) -> None:
        path = path_of(a_page())
        for host, status in (
            ("testserver", 200),
            ("testserver:8000", 200),
            ("evil.example", 400),
            ("a b", 400),
            ("", 400),
        ):
            for _cold_then_warm in range(2):
                with self.subTest(host=host):
                    self.assertEqual(self.get(path, Host=host).status_code, status)

    def test_what_is_cached_is_bounded(self) -> None:
        a_page()
        for query, cached in (
            ("", True),
            ("?ordering=title&page_size=5&content_type=video&fields=id", True),
            ("?search=page", False),
            ("?created_after=2020-01-01", False),
            ("?page=0", False),
            ("?nothing=1", False),
        ):
            self.get(LIST + query)
            with self.subTest(query=query):
                self.assertIs(self.from_redis(LIST + query), cached)

    def test_long_headers_and_questions_are_not_remembered(self) -> None:
        path = path_of(a_page())
        self.get(path)
        held = page_layer._takes_json.cache_info().currsize, cached_question.cache_info().currsize

        for number in range(3):
            accept = f"application/json, x/{number}{'y' * 1000}"
            self.assertEqual(self.get(path, Accept=accept).status_code, 200)
            self.assertEqual(self.get(f"{path}?fields={'id,' * 400}{number * ','}title").status_code, 200)

        self.assertEqual((page_layer._takes_json.cache_info().currsize, cached_question.cache_info().currsize), held)

    def test_the_view_behind_it_answers_the_same(self) -> None:
        page = a_page("Home")
        etag = self.get(path_of(page)).headers["ETag"]
        paths = [path_of(page), LIST, f"{path_of(page)}?fields=title", f"{LIST}?page_size=1", f"{LIST}?search=home"]
        layer = self.visit(*paths)
        self.site = ASGIHandler()

        view = self.visit(*paths)
        cold = self.visit(f"{LIST}?page_size=7", f"{LIST}?page_size=7")
        unchanged = self.get(path_of(page), **{"If-None-Match": etag})
        head = self.visit(path_of(page), method="HEAD")[0]

        for ours, its in zip(layer, view, strict=True):
            self.assertEqual(without_counters(ours.json()), without_counters(its.json()))
            for name in ("ETag", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin"):
                self.assertEqual(ours.headers[name], its.headers[name])
        self.assertEqual([answer.json()["results"][0]["contents"][0]["counter"] for answer in cold], [10, 11])
        self.assertEqual((unchanged.status_code, head.status_code, head.content), (304, 200, b""))
        self.assertEqual(head.headers["Content-Length"], str(len(self.get(path_of(page)).content)))

    def test_other_paths_are_left_alone(self) -> None:
        for path in ("/api/page/content", "/api/page/content/x/", "/api/page/content/1/2/", "/api/page/content/-1/"):
            self.assertIn(self.get(path).status_code, (301, 404))
