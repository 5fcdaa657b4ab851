"""POST /register/"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import TestCase, TransactionTestCase, override_settings

from accounts import services
from accounts.models import User
from accounts.tests.people import PASSWORD, someone

URL = "/register/"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


@override_settings(REGISTRATION_ENABLED=True)
class RegisterTests(TestCase):
    def register(self, **body: Any) -> Any:
        return self.client.post(URL, {"password": PASSWORD, **body}, content_type="application/json")

    def assert_invalid(self, response: Any, field: str) -> None:
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response["Content-Type"], "application/problem+json")
        self.assertEqual(set(response.json()["errors"]), {field})

    def test_it_works(self) -> None:
        response = self.register(username="newcomer", email="New@Example.ORG")

        self.assertEqual(response.status_code, 201)
        user = User.objects.get(username="newcomer")
        self.assertEqual(response.json(), {"id": user.pk, "username": "newcomer", "email": "New@example.org"})
        self.assertEqual((user.is_staff, user.is_superuser, user.is_active), (False, False, True))
        login = self.client.post(
            "/api-token-auth/", {"username": "newcomer", "password": PASSWORD}, content_type="application/json"
        )
        self.assertEqual(login.status_code, 200)

    def test_the_password_is_hashed_with_argon2(self) -> None:
        # The tests' own setting is a quicker hash; here the site's is wanted.
        with override_settings(PASSWORD_HASHERS=[ARGON2]):
            self.register(username="newcomer")

        self.assertTrue(User.objects.get().password.startswith("argon2$"))

    def test_the_email_may_be_left_out(self) -> None:
        self.assertEqual(self.register(username="newcomer").json()["email"], "")
        self.assertEqual(self.register(username="other", email="").status_code, 201)

    def test_nobody_makes_himself_staff(self) -> None:
        self.register(username="newcomer", is_staff=True, is_superuser=True)

        self.assertFalse(User.objects.filter(is_staff=True).exists())
        self.assertFalse(User.objects.filter(is_superuser=True).exists())

    def test_a_taken_name_is_refused_in_any_case(self) -> None:
        someone("Editor")

        for name in ("Editor", "editor", "EDITOR"):
            with self.subTest(name=name):
                self.assert_invalid(self.register(username=name), "username")
        self.assertEqual(User.objects.count(), 1)

    def test_a_taken_email_is_not_revealed(self) -> None:
        someone("Editor", email="editor@example.org")

        self.assertEqual(self.register(username="newcomer", email="editor@example.org").status_code, 201)

    def test_bad_names_and_emails_are_refused(self) -> None:
        for name in ("", "with space", "a/b", "x" * 151):
            with self.subTest(name=name):
                self.assert_invalid(self.register(username=name), "username")
        self.assert_invalid(self.register(username="newcomer", email="no address"), "email")

    def test_weak_passwords_are_refused(self) -> None:
        for password in ("short1!", "password123", "8471920365", "newcomer12"):
            with self.subTest(password=password):
                self.assert_invalid(self.register(username="newcomer1", password=password), "password")
        self.assertFalse(User.objects.exists())

    def test_all_faults_are_told_at_once(self) -> None:
        response = self.register(username="a/b", password="1")

        self.assertEqual(set(response.json()["errors"]), {"username", "password"})


class ClosedTests(TestCase):
    def test_it_is_closed_unless_opened(self) -> None:
        for method in ("post", "get", "put"):
            with self.subTest(method=method):
                response = getattr(self.client, method)(URL, {"username": "newcomer", "password": PASSWORD})
                self.assertEqual(response.status_code, 404)
                self.assertEqual(response.json()["code"], "not_found")
        self.assertFalse(User.objects.exists())


class SlowHasher(PBKDF2PasswordHasher):
    """Notes how many passwords are hashed together."""

    algorithm = "slow"
    iterations = 1
    busy = most = 0
    lock = threading.Lock()

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with self.lock:
            SlowHasher.busy += 1
            SlowHasher.most = max(SlowHasher.most, SlowHasher.busy)
        time.sleep(0.05)
        with self.lock:
            SlowHasher.busy -= 1
        return super().encode(password, salt, iterations)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.SlowHasher"])
class ManyTests(TransactionTestCase):
    def test_it_works(self) -> None:
        """Argon2 takes 100 MB for each password, so many who register at once wait for each other."""
        processors = os.cpu_count() or 1

        def register(number: int) -> None:
            try:
                services.register(username=f"newcomer-{number}", password=PASSWORD)
            finally:
                connection.close()

        with ThreadPoolExecutor(3 * processors) as pool:
            list(pool.map(register, range(3 * processors)))

        self.assertEqual(User.objects.count(), 3 * processors)
        self.assertLessEqual(SlowHasher.most, processors)
        self.assertGreater(SlowHasher.most, 0)
