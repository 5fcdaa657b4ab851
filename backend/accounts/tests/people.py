"""What the tests of the accounts have in common: somebody with an account, and somebody's tokens."""

from typing import Any

import jwt
from django.conf import settings

from accounts.models import User
from accounts.tokens import RefreshToken

PASSWORD = "correct horse 7 battery"
WRONG = "wrong"


def someone(username: str = "editor", **fields: Any) -> User:
    return User.objects.create_user(username, password=PASSWORD, **fields)


def refresh_token(user: User) -> str:
    return str(RefreshToken.for_user(user))


def access_token(user: User) -> str:
    return str(RefreshToken.for_user(user).access_token)


def claims(token: str) -> dict[str, Any]:
    """The claims of a token that this site has signed."""
    payload: dict[str, Any] = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])
    return payload


def forged(payload: dict[str, Any], *, key: str | None = None, algorithm: str = "HS256") -> str:
    """A token with any claims; by default signed as the site would sign it."""
    return jwt.encode(payload, settings.SECRET_KEY if key is None else key, algorithm=algorithm)
