"""ETag, If-None-Match and the headers of an answer, with and without the cache."""

from collections.abc import Iterable
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.test import override_settings

from content.page_answer import matches
from content.page_layer import PageLayer
from content.tests.visitors import LIST, VisitorTestCase, a_page, a_video, path_of, shown_counters


class EtagTests(VisitorTestCase):
    def test_it_works(self) -> None:
        path = path_of(a_page())
        first, second = self.visit(path, path)

        self.assertRegex(first.headers["ETag"], r'^W/"[0-9a-f]{32}"$')
        self.assertEqual(second.headers["ETag"], first.headers["ETag"])
        self.assertNotEqual(shown_counters(first), shown_counters(second))

        again = self.get(path, **{"If-None-Match": first.headers["ETag"]})

        self.assertEqual((again.status_code, again.content), (304, b""))
        self.assertEqual(again.headers["ETag"], first.headers["ETag"])
        self.assertNotIn("Content-Type", again.headers)

    def test_a_cold_304(self) -> None:
        path = path_of(a_page())
        etag = self.get(path).headers["ETag"]
        self.forget_everything()

        answer = self.get(path, **{"If-None-Match": etag})

        self.assertEqual((answer.status_code, answer.content), (304, b""))

    def test_lists_have_one_too(self) -> None:
        a_page()
        etag = self.get(LIST).headers["ETag"]

        self.assertEqual(self.get(LIST, **{"If-None-Match": etag}).status_code, 304)

    def test_an_edit_changes_it(self) -> None:
        page = a_page()
        before = self.get(path_of(page)).headers["ETag"]
        a_video(page)

        answer = self.get(path_of(page), **{"If-None-Match": before})

        self.assertEqual(answer.status_code, 200)
        self.assertNotEqual(answer.headers["ETag"], before)

    def test_comparison_is_weak_and_knows_lists(self) -> None:
        for given, same in (
            ('W/"a"', True),
            ('"a"', True),
            ("*", True),
            ('"b", W/"a"', True),
            ('"b","c"', False),
            ("a", False),
            ('"a', False),
            ("", False),
            ("\xff", False),
        ):
            with self.subTest(given=given):
                self.assertIs(matches(given.encode("latin-1"), b'W/"a"'), same)

    def test_cached_and_uncached_answers_are_alike(self) -> None:
        page = a_page("Кошка ☃", text='"quotes" \\ and\nlines\u2028')
        for path in (path_of(page), LIST, f"{path_of(page)}?fields=title", f"{LIST}?page_size=1&ordering=title"):
            for extra in ({}, {"If-None-Match": "*"}):
                self.forget_everything()
                cold, warm = self.visit(path, path, **extra)
                with self.subTest(path=path, **extra):
                    self.assertEqual(cold.status_code, warm.status_code)
                    self.assertEqual(names(cold.headers), names(warm.headers))
                    for name in names(cold.headers) - {"x-request-id"}:
                        self.assertEqual(cold.headers[name], warm.headers[name], name)
                    self.assertEqual(cold.content.replace(b'"counter":1', b'"counter":2'), warm.content)

    @override_settings(
        SECURE_HSTS_SECONDS=60, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_HSTS_PRELOAD=True, SECURE_SSL_REDIRECT=True
    )
    def test_and_so_they_are_over_https(self) -> None:
        # Django's middleware reads these settings when it is made.
        django: Any = ASGIHandler()
        self.site = PageLayer(django)
        path = path_of(a_page())

        cold, warm = self.visit(f"https://testserver{path}", f"https://testserver{path}")
        moved = self.get(path)

        self.assertEqual(warm.headers["Strict-Transport-Security"], "max-age=60; includeSubDomains; preload")
        self.assertEqual(cold.headers["Strict-Transport-Security"], warm.headers["Strict-Transport-Security"])
        self.assertEqual(names(cold.headers), names(warm.headers))
        self.assertEqual((moved.status_code, moved.headers["Location"]), (301, f"https://testserver{path}"))


def names(headers: Iterable[str]) -> set[str]:
    return {name.lower() for name in headers}
