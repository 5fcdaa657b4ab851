"""Which access tokens are believed, on GET /api/me/."""

import base64
import json
import time
from typing import Any

import jwt
from django.conf import settings
from django.test import TestCase

from accounts.models import User
from accounts.tests.people import access_token, claims, forged, refresh_token, someone

URL = "/api/me/"


def unsigned(payload: dict[str, Any], algorithm: str) -> str:
    """A token with an empty signature, as a forger would write it."""
    parts = [{"alg": algorithm, "typ": "JWT"}, payload]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


def signed_as_is(payload: dict[str, Any]) -> str:
    """A token signed with our key whatever its claims are; PyJWT's own `encode` insists on some types."""
    return jwt.PyJWS().encode(json.dumps(payload).encode(), settings.SECRET_KEY, algorithm="HS256")


class AuthenticationTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()

    def ask(self, authorization: str) -> Any:
        return self.client.get(URL, headers={"Authorization": authorization})

    def assert_refused(self, token: str, code: str = "invalid_token") -> None:
        response = self.ask(f"JWT {token}")
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response["Content-Type"], "application/problem+json")
        self.assertEqual(response["WWW-Authenticate"], 'JWT realm="api"')
        self.assertEqual(response.json()["code"], code)

    def payload(self, **changes: Any) -> dict[str, Any]:
        return {**claims(access_token(self.user)), **changes}

    def test_it_works(self) -> None:
        response = self.ask(f"JWT {access_token(self.user)}")

        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json(), {"id": self.user.pk, "username": "editor", "is_staff": False})

    def test_a_token_made_by_hand_with_our_key_is_believed(self) -> None:
        """So what the other tests change is what makes theirs refused."""
        self.assertEqual(self.ask(f"JWT {forged(self.payload())}").status_code, 200)

    def test_both_schemes_are_taken_in_any_case(self) -> None:
        token = access_token(self.user)
        for scheme in ("JWT", "Bearer", "bearer", "jwt", "BEARER"):
            with self.subTest(scheme=scheme):
                self.assertEqual(self.ask(f"{scheme} {token}").status_code, 200)

    def test_no_token_is_401(self) -> None:
        for authorization in ("", "Basic ZWRpdG9yOnBhc3N3b3Jk", "Digest x"):
            with self.subTest(authorization=authorization):
                response = self.ask(authorization)
                self.assertEqual(response.status_code, 401)
                self.assertEqual(response["WWW-Authenticate"], 'JWT realm="api"')
                self.assertEqual(response.json()["code"], "not_authenticated")

    def test_a_session_is_taken_as_well(self) -> None:
        self.client.force_login(self.user)

        self.assertEqual(self.client.get(URL).status_code, 200)

    def test_garbage_is_refused(self) -> None:
        token = access_token(self.user)
        for text in ("", "x", "a.b.c", "...", f"{token} {token}", token[:-3], f"{token}x", "\xff\xfe", "x" * 9000):
            with self.subTest(text=text[:20]):
                self.assert_refused(text)

    def test_an_unsigned_token_is_refused(self) -> None:
        for algorithm in ("none", "None", "NONE", "HS256", "RS256"):
            with self.subTest(algorithm=algorithm):
                self.assert_refused(unsigned(self.payload(), algorithm))

    def test_another_algorithm_is_refused(self) -> None:
        for algorithm in ("HS384", "HS512"):
            with self.subTest(algorithm=algorithm):
                self.assert_refused(forged(self.payload(), algorithm=algorithm))

    def test_another_key_is_refused(self) -> None:
        self.assert_refused(forged(self.payload(), key="k" * 64))

    def test_a_changed_payload_is_refused(self) -> None:
        head, _payload, signature = access_token(self.user).split(".")
        _head, payload, _signature = access_token(someone("other")).split(".")

        self.assert_refused(f"{head}.{payload}.{signature}")

    def test_every_claim_is_required(self) -> None:
        for claim in ("exp", "iat", "jti", "typ", "user_id", "hash_password"):
            with self.subTest(claim=claim):
                payload = self.payload()
                del payload[claim]
                self.assert_refused(forged(payload))

    def test_claims_have_their_types(self) -> None:
        wrong: list[dict[str, Any]] = [
            {"exp": "9999999999"},
            {"exp": 10**30},
            {"exp": None},
            {"exp": True},
            {"iat": "0"},
            {"iat": 1.5},
            {"jti": 7},
            {"typ": ["access"]},
            {"user_id": self.user.pk},
            {"user_id": "1 OR 1=1"},
            {"user_id": "-1"},
            {"user_id": "9" * 40},
        ]
        for change in wrong:
            with self.subTest(change=change):
                self.assert_refused(signed_as_is(self.payload(**change)))

    def test_a_refresh_token_is_not_an_access_token(self) -> None:
        self.assert_refused(refresh_token(self.user))

    def test_another_type_is_refused(self) -> None:
        for kind in ("refresh", "sliding", "ACCESS", ""):
            with self.subTest(kind=kind):
                self.assert_refused(forged(self.payload(typ=kind)))

    def test_an_expired_token_is_refused(self) -> None:
        now = int(time.time())

        self.assert_refused(forged(self.payload(iat=now - 900, exp=now - 1)))

    def test_a_token_that_would_live_longer_than_ours_is_refused(self) -> None:
        now = int(time.time())

        self.assert_refused(forged(self.payload(iat=now, exp=now + 3600)))

    def test_a_token_from_the_future_is_refused(self) -> None:
        now = int(time.time())

        self.assert_refused(forged(self.payload(iat=now + 60, exp=now + 600)))

    def test_a_disabled_user_is_refused(self) -> None:
        token = access_token(self.user)
        User.objects.filter(pk=self.user.pk).update(is_active=False)

        self.assert_refused(token)

    def test_a_deleted_user_is_refused(self) -> None:
        other = someone("other")
        token = access_token(other)
        other.delete()

        self.assert_refused(token)

    def test_a_new_password_ends_old_tokens(self) -> None:
        token = access_token(self.user)
        user = User.objects.get(pk=self.user.pk)
        user.set_password("another one 42")
        user.save()

        self.assert_refused(token)
        self.assertEqual(self.ask(f"JWT {access_token(user)}").status_code, 200)

    def test_an_unknown_parameter_is_400(self) -> None:
        response = self.client.get(URL, {"verbose": "1"}, headers={"Authorization": f"JWT {access_token(self.user)}"})

        self.assertEqual(response.status_code, 400)
        self.assertEqual(set(response.json()["errors"]), {"verbose"})

    async def test_it_works_on_the_asynchronous_server(self) -> None:
        headers = {"Authorization": f"Bearer {access_token(self.user)}"}

        good = await self.async_client.get(URL, headers=headers)
        bad = await self.async_client.get(URL, headers={"Authorization": "Bearer x"})

        self.assertEqual((good.status_code, bad.status_code), (200, 401))
        self.assertEqual(good.json()["username"], "editor")
