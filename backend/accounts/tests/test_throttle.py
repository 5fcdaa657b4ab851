"""Five failed logins in 15 minutes for one account from one address."""

import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django.utils import timezone

from accounts import throttle
from accounts.models import LoginThrottle
from accounts.tests.people import PASSWORD, WRONG, someone
from core.errors import TooManyRequests

URL = "/api-token-auth/"


class CountingHasher(PBKDF2PasswordHasher):
    """A quick hasher that counts the passwords it has looked at."""

    algorithm = "counting"
    iterations = 1
    evaluated = 0
    lock = threading.Lock()

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with self.lock:
            CountingHasher.evaluated += 1
        return super().encode(password, salt, iterations)


def counting() -> override_settings:
    return override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"])


class ThrottleTests(TestCase):
    def setUp(self) -> None:
        self.enterContext(counting())
        self.user = someone()

    def log_in(self, password: str = WRONG, username: str = "editor", **extra: Any) -> Any:
        body = {"username": username, "password": password}
        return self.client.post(URL, body, content_type="application/json", **extra)

    def statuses(self, guesses: Iterable[Any]) -> list[int]:
        return [response.status_code for response in guesses]

    def age(self, by: timedelta) -> None:
        LoginThrottle.objects.update(window_started_at=timezone.now() - by)

    def test_it_works(self) -> None:
        self.assertEqual(self.statuses(self.log_in() for _ in range(5)), [401] * 5)

        refused = self.log_in()

        self.assertEqual(refused.status_code, 429)
        self.assertEqual(refused["Content-Type"], "application/problem+json")
        self.assertEqual(refused.json()["code"], "throttled")
        self.assertTrue(15 * 60 - 60 <= int(refused["Retry-After"]) <= 15 * 60)

    def test_the_right_password_is_refused_too_and_not_looked_at(self) -> None:
        for _ in range(5):
            self.log_in()
        before = CountingHasher.evaluated

        self.assertEqual(self.log_in(PASSWORD).status_code, 429)
        self.assertEqual(CountingHasher.evaluated, before)

    def test_success_resets(self) -> None:
        for _ in range(3):
            guesses = [self.log_in() for _ in range(4)]
            self.assertEqual(self.statuses([*guesses, self.log_in(PASSWORD)]), [401] * 4 + [200])

    def test_the_window_ends(self) -> None:
        for _ in range(6):
            self.log_in()
        self.age(timedelta(minutes=14, seconds=50))
        refused = self.log_in()
        self.assertEqual(refused.status_code, 429)
        self.assertLessEqual(int(refused["Retry-After"]), 10)

        self.age(timedelta(minutes=15))

        self.assertEqual(self.statuses(self.log_in() for _ in range(6)), [401] * 5 + [429])

    def test_another_account_is_not_refused(self) -> None:
        someone("other")
        for _ in range(6):
            self.log_in()

        self.assertEqual(self.log_in(PASSWORD, "other").status_code, 200)

    def test_another_address_is_not_refused(self) -> None:
        for _ in range(6):
            self.log_in()

        self.assertEqual(self.log_in(PASSWORD, REMOTE_ADDR="192.0.2.9").status_code, 200)

    def test_a_name_in_another_case_is_the_same_account(self) -> None:
        names = ["editor", "Editor", "EDITOR", "eDitor", "ediTOR", "editoR"]

        self.assertEqual(self.statuses(self.log_in(username=name) for name in names), [401] * 5 + [429])

    def test_an_unknown_name_is_treated_alike(self) -> None:
        known = [self.log_in() for _ in range(6)]
        unknown = [self.log_in(username="nobody") for _ in range(6)]

        self.assertEqual(self.statuses(known), self.statuses(unknown))
        for one, other in zip(known, unknown, strict=True):
            self.assertEqual(one.json(), other.json())

    def test_every_evaluated_guess_costs_one_hash_whoever_it_is(self) -> None:
        before = CountingHasher.evaluated
        self.log_in()
        known = CountingHasher.evaluated - before
        self.log_in(username="nobody")

        self.assertEqual((known, CountingHasher.evaluated - before), (1, 2))

    def test_forwarded_addresses_prove_nothing_without_a_proxy(self) -> None:
        guesses = [self.log_in(headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(6)]

        self.assertEqual(self.statuses(guesses), [401] * 5 + [429])

    @override_settings(TRUSTED_PROXIES=1)
    def test_behind_a_proxy_the_address_it_saw_counts(self) -> None:
        forged = [self.log_in(headers={"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.7"}) for n in range(6)]
        self.assertEqual(self.statuses(forged), [401] * 5 + [429])

        other = self.log_in(PASSWORD, headers={"X-Forwarded-For": "198.51.100.7, 198.51.100.8"})
        self.assertEqual(other.status_code, 200)

    def test_neither_names_nor_addresses_are_kept(self) -> None:
        self.log_in(REMOTE_ADDR="192.0.2.9")

        row = LoginThrottle.objects.get()
        self.assertRegex(row.key, r"\A[0-9a-f]{64}\Z")


class ParallelTests(TransactionTestCase):
    """Real threads, each with its own connection to the database."""

    GUESSES = 100

    def setUp(self) -> None:
        self.enterContext(counting())

    def guess_together(self, username: str) -> list[int]:
        statuses: list[int] = []
        start = threading.Barrier(self.GUESSES)

        def guess(number: int) -> None:
            client = Client()
            start.wait()
            try:
                body = {"username": username, "password": f"guess {number}"}
                statuses.append(client.post(URL, body, content_type="application/json").status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(self.GUESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses

    def assert_five_were_evaluated(self, username: str) -> None:
        before = CountingHasher.evaluated

        statuses = self.guess_together(username)

        self.assertEqual(CountingHasher.evaluated - before, 5)
        self.assertEqual(sorted(statuses), [401] * 5 + [429] * (self.GUESSES - 5))

    def test_of_a_hundred_guesses_five_are_evaluated(self) -> None:
        someone()

        self.assert_five_were_evaluated("editor")

    def test_and_for_an_unknown_name(self) -> None:
        self.assert_five_were_evaluated("nobody")

    def test_and_when_an_old_window_has_ended(self) -> None:
        someone()
        for _ in range(5):
            Client().post(URL, {"username": "editor", "password": "wrong"}, content_type="application/json")
        LoginThrottle.objects.update(window_started_at=timezone.now() - throttle.WINDOW)

        self.assert_five_were_evaluated("editor")


class KeyTests(TestCase):
    def test_names_that_may_be_two_accounts_have_two_keys(self) -> None:
        names = ["straße", "strasse", "STRASSE", "Äpfel", "äpfel", "I", "\u0131"]
        keys = {name: throttle.throttle_key(name, "192.0.2.1") for name in names}

        self.assertEqual(keys["strasse"], keys["STRASSE"])
        self.assertEqual(len(set(keys.values())), len(names) - 1)

    def test_a_name_cannot_run_into_the_address(self) -> None:
        self.assertNotEqual(throttle.throttle_key("a1", "2.3.4.5"), throttle.throttle_key("a", "12.3.4.5"))

    def test_the_wait_is_told_in_whole_seconds_rounded_up(self) -> None:
        started = timezone.now() - throttle.WINDOW + timedelta(seconds=59.5)
        LoginThrottle.objects.create(key="k", failures=throttle.LIMIT, window_started_at=started)
        with self.assertRaises(TooManyRequests) as caught:
            throttle.take_place("k")

        self.assertIn(caught.exception.retry_after, range(50, 61))
