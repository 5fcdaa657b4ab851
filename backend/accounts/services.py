"""What people do with their accounts: log in, stay logged in, log out, register."""

from dataclasses import dataclass
from typing import cast

from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError

from accounts.authentication import JWTAuthentication
from accounts.backends import hashing
from accounts.errors import InvalidCredentials, InvalidToken
from accounts.models import User
from accounts.tokens import RefreshToken
from core.errors import InvalidRequest


@dataclass(frozen=True)
class TokenPair:
    """Two encoded tokens: `token` for requests, `refresh` for the next pair."""

    token: str
    refresh: str


def login(*, request: HttpRequest, username: str, password: str) -> TokenPair:
    """A pair for the user; raises InvalidCredentials, or TooManyRequests after five failures."""
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    update_last_login(User, user)
    return _pair_for(user)


def refresh(*, refresh: str) -> TokenPair:
    """A new pair for a refresh token, which is thereby spent; raises InvalidToken."""
    token = _refresh_token(refresh)
    try:
        user = cast("User", JWTAuthentication().get_user(token))
    except AuthenticationFailed as error:
        raise InvalidToken from error
    if not token.spend():
        raise InvalidToken
    return _pair_for(user)


def logout(*, refresh: str) -> None:
    """Spend a refresh token; one that is spent already is left as it is. Raises InvalidToken."""
    _refresh_token(refresh).spend()


def register(*, username: str, password: str, email: str = "") -> User:
    """A new account without rights; raises InvalidRequest with the reasons by field.

    Whether the name is free is decided by the database's constraint alone, after the password has been hashed, so
    taken and free names take the same time.
    """
    user = User(username=User.normalize_username(username), email=User.objects.normalize_email(email))
    errors = {**_errors_of_fields(user), **_errors_of_password(password, user)}
    if errors:
        raise InvalidRequest(errors=errors)
    with hashing:
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise InvalidRequest(errors={"username": [_("A user with that username already exists.")]}) from error
    return user


def _pair_for(user: User) -> TokenPair:
    token = RefreshToken.for_user(user)
    return TokenPair(token=str(token.access_token), refresh=str(token))


def _refresh_token(encoded: str) -> RefreshToken:
    try:
        return RefreshToken(encoded)
    except TokenError as error:
        raise InvalidToken from error


def _errors_of_fields(user: User) -> dict[str, list[str]]:
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError as error:
        return error.message_dict
    return {}


def _errors_of_password(password: str, user: User) -> dict[str, list[str]]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {"password": error.messages}
    return {}
