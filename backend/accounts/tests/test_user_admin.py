"""Users in the admin."""

from django.contrib import admin
from django.test import TestCase
from django.urls import reverse
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts.models import User
from accounts.tests.people import PASSWORD, someone


class UserAdminTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(someone("root", is_staff=True, is_superuser=True))

    def test_it_works(self) -> None:
        response = self.client.get(reverse("admin:accounts_user_changelist"))

        self.assertContains(response, "root")

    def test_the_list_makes_the_same_queries_however_long(self) -> None:
        url = reverse("admin:accounts_user_changelist")
        self.client.get(url)
        with self.assertNumQueries(5):
            self.client.get(url)
        User.objects.bulk_create(User(username=f"reader{number}") for number in range(50))

        with self.assertNumQueries(5):
            self.client.get(url)

    def test_a_user_can_be_added(self) -> None:
        new = {"username": "newcomer", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

        response = self.client.post(reverse("admin:accounts_user_add"), new)

        self.assertEqual(response.status_code, 302)
        self.assertTrue(User.objects.get(username="newcomer").check_password(PASSWORD))

    def test_a_name_that_differs_in_case_alone_is_refused_with_a_sentence(self) -> None:
        new = {"username": "ROOT", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

        response = self.client.post(reverse("admin:accounts_user_add"), new)

        self.assertContains(response, "A user with that username already exists.")

    def test_spent_tokens_are_not_listed(self) -> None:
        self.assertFalse(admin.site.is_registered(OutstandingToken))
        self.assertFalse(admin.site.is_registered(BlacklistedToken))
