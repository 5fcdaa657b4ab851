"""POST /api-token-auth/"""

from datetime import timedelta
from typing import Any

from django.test import TestCase

from accounts.models import User
from accounts.tests.people import PASSWORD, claims, someone

URL = "/api-token-auth/"


class LoginTests(TestCase):
    def setUp(self) -> None:
        self.user = someone()

    def log_in(self, username: str = "editor", password: str = PASSWORD, **extra: Any) -> Any:
        body = {"username": username, "password": password, **extra}
        return self.client.post(URL, body, content_type="application/json")

    def assert_refused(self, response: Any) -> None:
        self.assertEqual(response.status_code, 401)
        self.assertEqual(response["Content-Type"], "application/problem+json")
        self.assertEqual(response["WWW-Authenticate"], 'JWT realm="api"')
        self.assertEqual(response.json()["code"], "invalid_credentials")

    def test_it_works(self) -> None:
        response = self.log_in()

        self.assertEqual(response.status_code, 200)
        self.assertEqual(set(response.json()), {"token", "refresh"})
        self.assertEqual(response["Cache-Control"], "no-store")
        me = self.client.get("/api/me/", headers={"Authorization": f"JWT {response.json()['token']}"})
        self.assertEqual(me.json()["username"], "editor")

    def test_it_takes_a_form(self) -> None:
        response = self.client.post(
            URL, f"username=editor&password={PASSWORD}", content_type="application/x-www-form-urlencoded"
        )

        self.assertEqual(response.status_code, 200)

    def test_tokens_carry_every_claim_and_the_access_token_is_short(self) -> None:
        pair = self.log_in().json()
        access, refresh = claims(pair["token"]), claims(pair["refresh"])

        for token in (access, refresh):
            self.assertLessEqual({"exp", "iat", "jti", "typ", "user_id"}, set(token))
        self.assertEqual((access["typ"], refresh["typ"]), ("access", "refresh"))
        self.assertNotEqual(access["jti"], refresh["jti"])
        self.assertLessEqual(timedelta(seconds=access["exp"] - access["iat"]), timedelta(minutes=15))

    def test_the_time_of_login_is_kept(self) -> None:
        self.log_in()

        self.assertIsNotNone(User.objects.get(pk=self.user.pk).last_login)

    def test_unknown_wrong_and_disabled_look_the_same(self) -> None:
        someone("gone", is_active=False)
        refusals = [
            self.log_in(password="wrong"),
            self.log_in(username="nobody"),
            self.log_in(username="gone"),
            self.log_in(username="EDITOR"),
        ]

        for response in refusals:
            self.assert_refused(response)
        self.assertEqual(len({response.content for response in refusals}), 1)

    def test_a_password_keeps_its_spaces(self) -> None:
        self.user.set_password("  spaced out  ")
        self.user.save()

        self.assertEqual(self.log_in(password="  spaced out  ").status_code, 200)
        self.assert_refused(self.log_in(password="spaced out"))

    def test_a_name_is_normalised_as_at_registration(self) -> None:
        someone("ångström")

        self.assertEqual(self.log_in(username="a\u030angstro\u0308m").status_code, 200)

    def test_an_old_token_in_the_header_does_not_hinder(self) -> None:
        body = {"username": "editor", "password": PASSWORD}
        headers = {"Authorization": "JWT long.gone.token"}

        response = self.client.post(URL, body, content_type="application/json", headers=headers)

        self.assertEqual(response.status_code, 200)

    def test_bad_input_is_explained_by_field(self) -> None:
        cases: list[tuple[Any, set[str]]] = [
            ({}, {"username", "password"}),
            ({"username": "editor"}, {"password"}),
            ({"username": "", "password": "x"}, {"username"}),
            ({"username": "ed\0itor", "password": "x"}, {"username"}),
            ({"username": "editor", "password": "\ud800"}, {"password"}),
            ({"username": ["editor"], "password": {"a": 1}}, {"username", "password"}),
            ({"username": "editor", "password": "x" * 1025}, {"password"}),
            (["editor"], {"non_field_errors"}),
        ]
        for body, fields in cases:
            with self.subTest(body=body):
                response = self.client.post(URL, body, content_type="application/json")
                self.assertEqual(response.status_code, 400)
                self.assertEqual(set(response.json()["errors"]), fields)

    def test_malformed_json_is_400(self) -> None:
        response = self.client.post(URL, b'{"username": ', content_type="application/json")

        self.assertEqual(response.status_code, 400)
        self.assertEqual(response["Content-Type"], "application/problem+json")

    def test_another_media_type_is_415(self) -> None:
        response = self.client.post(URL, b"<login/>", content_type="application/xml")

        self.assertEqual(response.status_code, 415)

    def test_another_method_is_405(self) -> None:
        response = self.client.get(URL)

        self.assertEqual(response.status_code, 405)
        self.assertEqual(response["Content-Type"], "application/problem+json")
