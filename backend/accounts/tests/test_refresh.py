"""POST /api-token-refresh/"""

import threading
from typing import Any

from django.db import connection
from django.test import Client, TestCase, TransactionTestCase
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts.tests.people import access_token, claims, forged, refresh_token, someone

URL = "/api-token-refresh/"


class RefreshTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()

    def refresh(self, token: str) -> Any:
        return self.client.post(URL, {"refresh": token}, content_type="application/json")

    def assert_refused(self, token: str) -> None:
        response = self.refresh(token)
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response["Content-Type"], "application/problem+json")
        self.assertEqual(response["WWW-Authenticate"], 'JWT realm="api"')
        self.assertEqual(response.json()["code"], "invalid_token")

    def test_it_works(self) -> None:
        response = self.refresh(refresh_token(self.user))

        self.assertEqual(response.status_code, 200)
        self.assertEqual(response["Cache-Control"], "no-store")
        pair = response.json()
        me = self.client.get("/api/me/", headers={"Authorization": f"Bearer {pair['token']}"})
        self.assertEqual(me.json()["id"], self.user.pk)
        self.assertEqual(self.refresh(pair["refresh"]).status_code, 200)

    def test_a_token_is_spent_by_its_use(self) -> None:
        token = refresh_token(self.user)
        self.refresh(token)

        self.assert_refused(token)

    def test_a_disabled_user_is_refused(self) -> None:
        token = refresh_token(self.user)
        self.user.is_active = False
        self.user.save()

        self.assert_refused(token)

    def test_a_deleted_user_is_refused(self) -> None:
        token = refresh_token(self.user)
        self.user.delete()

        self.assert_refused(token)

    def test_a_new_password_ends_old_tokens(self) -> None:
        token = refresh_token(self.user)
        self.user.set_password("another one 42")
        self.user.save()

        self.assert_refused(token)

    def test_an_access_token_is_not_a_refresh_token(self) -> None:
        self.assert_refused(access_token(self.user))

    def test_a_token_without_a_required_claim_is_refused(self) -> None:
        good = claims(refresh_token(self.user))
        self.assertEqual(self.refresh(forged(good)).status_code, 200)
        for claim in ("exp", "iat", "jti", "typ", "user_id", "hash_password"):
            with self.subTest(claim=claim):
                payload = claims(refresh_token(self.user))
                del payload[claim]
                self.assert_refused(forged(payload))

    def test_garbage_is_refused(self) -> None:
        for token in ("x", "a.b.c", "....", "ж", refresh_token(self.user)[:-2]):
            with self.subTest(token=token):
                self.assert_refused(token)

    def test_no_token_is_400(self) -> None:
        for body in ({}, {"refresh": ""}, {"refresh": None}, {"refresh": "x" * 4097}):
            with self.subTest(body=body):
                response = self.client.post(URL, body, content_type="application/json")
                self.assertEqual(response.status_code, 400)
                self.assertEqual(set(response.json()["errors"]), {"refresh"})

    def test_no_usable_token_is_kept(self) -> None:
        token = refresh_token(self.user)
        self.assertFalse(OutstandingToken.objects.exists())
        self.refresh(token)

        self.assertEqual(list(OutstandingToken.objects.values_list("token", flat=True)), [""])


class RaceTests(TransactionTestCase):
    def test_of_many_at_once_one_gets_the_new_pair(self) -> None:
        token = refresh_token(someone())
        statuses: list[int] = []
        start = threading.Barrier(8)

        def refresh() -> None:
            start.wait()
            try:
                response = Client().post(URL, {"refresh": token}, content_type="application/json")
                statuses.append(response.status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=refresh) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(sorted(statuses), [200] + [401] * 7)
        self.assertEqual(BlacklistedToken.objects.count(), 1)
