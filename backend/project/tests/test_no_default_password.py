"""Nobody can log in to a fresh installation, and nothing is signed with a key that others know."""

from django.test import TestCase

from accounts.models import User
from project.settings import PASSWORD_HASHERS, env


class NoDefaultPasswordTests(TestCase):
    def test_it_works(self) -> None:
        self.assertFalse(User.objects.exists())

    def test_no_secret_setting_has_a_default(self) -> None:
        secrets = {name: s.default for name, s in env.declared.items() if name.endswith(("PASSWORD", "KEY", "TOKEN"))}

        self.assertIn("SECRET_KEY", secrets)
        self.assertEqual(set(secrets.values()), {""})

    def test_a_user_without_a_password_cannot_log_in(self) -> None:
        User.objects.create_user("empty")
        for password in ("", "!", "None"):
            response = self.client.post(
                "/api-token-auth/", {"username": "empty", "password": password}, content_type="application/json"
            )
            self.assertIn(response.status_code, (400, 401))

    def test_new_passwords_are_hashed_with_argon2(self) -> None:
        self.assertEqual(PASSWORD_HASHERS[0], "django.contrib.auth.hashers.Argon2PasswordHasher")
