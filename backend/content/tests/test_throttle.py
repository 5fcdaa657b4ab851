"""ANON_THROTTLE: so many requests a minute from one address to the page API."""

import asyncio
import time

import httpx
from django.test import override_settings

from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of, redis_of_pages
from project.asgi import application


@override_settings(ANON_THROTTLE=3)
class ThrottleTests(VisitorTestCase):
    def statuses(self, *paths: str, **headers: str) -> list[int]:
        return [answer.status_code for answer in self.visit(*paths, **headers)]

    def test_it_works(self) -> None:
        path = path_of(a_page())

        self.assertEqual(self.statuses(*[path] * 5), [200, 200, 200, 429, 429])
        answer = self.get(path)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.json()["code"], "throttled")
        self.assertTrue(1 <= int(answer.headers["Retry-After"]) <= 60)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertRegex(answer.headers["X-Request-ID"], "^[0-9a-f]{32}$")

    def test_every_kind_of_request_is_counted_once(self) -> None:
        path = path_of(a_page())

        self.assertEqual(self.statuses(path, f"{LIST}?search=x", f"{path}?nothing=1", path), [200, 200, 400, 429])

    def test_refused_requests_count_no_view(self) -> None:
        path = path_of(a_page(videos=1))
        self.statuses(*[path] * 6)
        redis_of_pages().delete(*redis_of_pages().keys("page:throttle:*"))

        self.assertEqual(self.get(path).json()["contents"][0]["counter"], 4)

    def test_the_minute_ends(self) -> None:
        path = path_of(a_page())
        self.statuses(*[path] * 4)
        (key,) = redis_of_pages().keys("page:throttle:*")
        self.assertTrue(0 < redis_of_pages().pttl(key) <= 60_000)
        redis_of_pages().pexpire(key, 1)
        # A cached page may be answered within that millisecond.
        time.sleep(0.01)

        self.assertEqual(self.statuses(path), [200])

    def test_other_paths_are_not_throttled(self) -> None:
        self.assertEqual(self.statuses(*["/healthz"] * 5), [200] * 5)

    def test_addresses_are_counted_apart(self) -> None:
        path = path_of(a_page())
        self.assertEqual(self.from_addresses(path, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"), [200] * 4)
        self.assertEqual(self.from_addresses(path, "192.0.2.1", "192.0.2.2"), [429, 200])

    def test_an_ipv6_network_is_one_client(self) -> None:
        path = path_of(a_page())
        addresses = [f"2001:db8::{number}" for number in range(4)]

        self.assertEqual(self.from_addresses(path, *addresses), [200, 200, 200, 429])
        self.assertEqual(self.from_addresses(path, "2001:db8:0:1::1"), [200])

    def from_addresses(self, path: str, *addresses: str) -> list[int]:
        async def ask(address: str) -> int:
            transport = httpx.ASGITransport(app=application, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return (await client.get(path)).status_code

        async def ask_all() -> list[int]:
            return [await ask(address) for address in addresses]

        return asyncio.run(ask_all())

    def test_the_header_of_a_stranger_is_not_believed(self) -> None:
        path = path_of(a_page())
        statuses = [self.statuses(path, **{"X-Forwarded-For": f"192.0.2.{number}"})[0] for number in range(4)]

        self.assertEqual(statuses, [200, 200, 200, 429])

    @override_settings(TRUSTED_PROXIES=1)
    def test_the_header_of_a_proxy_is_believed_as_far_as_it_wrote_it(self) -> None:
        path = path_of(a_page())
        for forged in range(3):
            self.assertEqual(self.statuses(path, **{"X-Forwarded-For": f"10.0.0.{forged}, 192.0.2.1"}), [200])
        self.assertEqual(self.statuses(path, **{"X-Forwarded-For": "10.0.0.9, 192.0.2.1"}), [429])
        self.assertEqual(self.statuses(path, **{"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}), [200])
