"""The admin's login form under the throttle."""

from typing import Any

from django.contrib.auth import aauthenticate, authenticate
from django.test import RequestFactory, TestCase
from django.urls import reverse

from accounts.backends import ThrottledBackend
from accounts.tests.people import PASSWORD, WRONG, someone


class AdminLoginTests(TestCase):
    def setUp(self) -> None:
        self.user = someone(is_staff=True)

    def log_in(self, password: str = WRONG) -> Any:
        form = {"username": "editor", "password": password, "next": reverse("admin:index")}
        return self.client.post(reverse("admin:login"), form)

    def test_it_works(self) -> None:
        self.assertRedirects(self.log_in(PASSWORD), reverse("admin:index"), fetch_redirect_response=False)

    def test_the_sixth_guess_is_refused_on_the_page(self) -> None:
        self.assertEqual([self.log_in().status_code for _ in range(5)], [200] * 5)

        for password in (WRONG, PASSWORD):
            refused = self.log_in(password)
            self.assertContains(refused, "Too many failed logins.", status_code=429)
            self.assertTrue(0 < int(refused["Retry-After"]) <= 15 * 60)
            self.assertNotIn("_auth_user_id", self.client.session)

    def test_the_api_and_the_admin_count_together(self) -> None:
        for _ in range(5):
            self.log_in()

        body = {"username": "editor", "password": PASSWORD}
        response = self.client.post("/api-token-auth/", body, content_type="application/json")

        self.assertEqual(response.status_code, 429)

    def test_a_user_who_is_not_staff_is_refused_with_a_sentence(self) -> None:
        someone("reader")
        response = self.client.post(reverse("admin:login"), {"username": "reader", "password": PASSWORD})

        self.assertContains(response, "staff account", status_code=200)

    def test_it_leads_to_no_other_site(self) -> None:
        for address in ("//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)", ""):
            form = {"username": "editor", "password": PASSWORD, "next": address}
            with self.subTest(address):
                answer = self.client.post(reverse("admin:login"), form)
                self.assertRedirects(answer, reverse("admin:index"), fetch_redirect_response=False)


class BackendTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()
        self.request = RequestFactory().get("/")

    def test_it_works(self) -> None:
        user = authenticate(self.request, username="editor", password=PASSWORD)

        self.assertEqual(user, self.user)

    def test_without_a_name_or_a_password_nothing_is_counted(self) -> None:
        with self.assertNumQueries(0):
            self.assertIsNone(ThrottledBackend().authenticate(self.request, username="editor"))
            self.assertIsNone(ThrottledBackend().authenticate(self.request, password=PASSWORD))

    async def test_it_works_from_asynchronous_code(self) -> None:
        user = await aauthenticate(self.request, username="editor", password=PASSWORD)

        self.assertEqual(user, self.user)

    async def test_asynchronous_guesses_are_counted_too(self) -> None:
        for _ in range(5):
            self.assertIsNone(await aauthenticate(self.request, username="editor", password="wrong"))

        body = {"username": "editor", "password": PASSWORD}
        response = await self.async_client.post("/api-token-auth/", body, content_type="application/json")
        self.assertEqual(response.status_code, 429)
