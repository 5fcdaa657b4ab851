"""Who may log in with a password: the same throttled rule for the API and the admin."""

import os
import threading
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.addresses import client_address, subscriber
from accounts.models import User
from accounts.throttle import give_back, take_place, throttle_key

# Argon2 fills 100 MB for each password it looks at, so only as many are hashed together as there are processors.
hashing = threading.BoundedSemaphore(os.cpu_count() or 1)


class ThrottledBackend(ModelBackend):
    """Django's users and passwords behind `accounts.throttle`; raises TooManyRequests."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        username = kwargs.get(User.USERNAME_FIELD) if username is None else username
        if username is None or password is None:
            return None
        username = User.normalize_username(username)
        key = throttle_key(username, subscriber(client_address(request)))
        take_place(key)
        with hashing:
            user = super().authenticate(request, username=username, password=password)
        if user is not None:
            give_back(key)
        return user

    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]
        return await sync_to_async(self.authenticate)(request, **credentials)
