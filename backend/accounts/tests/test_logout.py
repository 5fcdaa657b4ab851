"""POST /api-token-logout/"""

from typing import Any

from django.test import TestCase

from accounts.tests.people import access_token, claims, forged, refresh_token, someone

URL = "/api-token-logout/"


class LogoutTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()

    def log_out(self, token: str) -> Any:
        return self.client.post(URL, {"refresh": token}, content_type="application/json")

    def test_it_works(self) -> None:
        token = refresh_token(self.user)

        response = self.log_out(token)

        self.assertEqual(response.status_code, 204)
        self.assertEqual(response.content, b"")
        refreshed = self.client.post("/api-token-refresh/", {"refresh": token}, content_type="application/json")
        self.assertEqual(refreshed.status_code, 401)

    def test_repeating_is_harmless(self) -> None:
        token = refresh_token(self.user)

        self.assertEqual([self.log_out(token).status_code for _ in range(3)], [204, 204, 204])

    def test_other_logins_go_on(self) -> None:
        here, there = refresh_token(self.user), refresh_token(self.user)
        self.log_out(here)

        refreshed = self.client.post("/api-token-refresh/", {"refresh": there}, content_type="application/json")
        self.assertEqual(refreshed.status_code, 200)

    def test_a_disabled_user_may_log_out(self) -> None:
        token = refresh_token(self.user)
        self.user.is_active = False
        self.user.save()

        self.assertEqual(self.log_out(token).status_code, 204)

    def test_what_is_not_a_refresh_token_of_ours_is_refused(self) -> None:
        expired = {**claims(refresh_token(self.user)), "exp": 1_700_000_000}
        foreign = forged(claims(refresh_token(self.user)), key="k" * 64)
        for token in ("garbage", access_token(self.user), forged(expired), foreign):
            with self.subTest(token=token):
                response = self.log_out(token)
                self.assertEqual(response.status_code, 401)
                self.assertEqual(response.json()["code"], "invalid_token")

    def test_no_token_is_400(self) -> None:
        response = self.client.post(URL, {}, content_type="application/json")

        self.assertEqual(response.status_code, 400)
