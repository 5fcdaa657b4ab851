"""Which address a request came from."""

from django.test import RequestFactory, SimpleTestCase, override_settings

from accounts.addresses import client_address, subscriber


def address(forwarded: str | None = None, peer: str = "203.0.113.5") -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


class ClientAddressTests(SimpleTestCase):
    def test_it_works(self) -> None:
        self.assertEqual(address(), "203.0.113.5")

    def test_without_proxies_the_header_is_not_believed(self) -> None:
        self.assertEqual(address("192.0.2.1"), "203.0.113.5")

    def test_each_proxy_counts_from_the_end(self) -> None:
        hops = "192.0.2.1, 192.0.2.2 ,192.0.2.3"
        for proxies, expected in ((1, "192.0.2.3"), (2, "192.0.2.2"), (3, "192.0.2.1"), (9, "192.0.2.1")):
            with self.subTest(proxies=proxies), override_settings(TRUSTED_PROXIES=proxies):
                self.assertEqual(address(hops), expected)

    @override_settings(TRUSTED_PROXIES=1)
    def test_without_the_header_the_peer_counts(self) -> None:
        self.assertEqual(address(), "203.0.113.5")
        self.assertEqual(address(""), "203.0.113.5")

    def test_a_call_without_a_request_has_no_address(self) -> None:
        self.assertEqual(client_address(None), "")


class SubscriberTests(SimpleTestCase):
    def test_it_works(self) -> None:
        self.assertEqual(subscriber("192.0.2.1"), "192.0.2.1")

    def test_a_network_of_addresses_counts_as_one(self) -> None:
        self.assertEqual(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:2:ffff:ffff:ffff:ffff"))
        self.assertNotEqual(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:3::1"))

    def test_an_old_address_in_new_clothes_is_the_old_address(self) -> None:
        self.assertEqual(subscriber("::ffff:192.0.2.1"), "192.0.2.1")

    def test_what_is_no_address_stands_for_itself(self) -> None:
        for text in ("", "unknown", "192.0.2.1:4711"):
            self.assertEqual(subscriber(text), text)
