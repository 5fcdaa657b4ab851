"""Requests that carry an access token: `Authorization: JWT <token>` or `Bearer <token>`.

It is synchronous; adrf's views call it in the request's thread.
"""

from typing import Any

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from accounts.errors import InvalidToken
from accounts.tokens import AccessToken

SCHEMES = {scheme.lower().encode() for scheme in api_settings.AUTH_HEADER_TYPES}


class JWTAuthentication(authentication.JWTAuthentication):
    """Finds the user of an access token; 401 `invalid_token` when there is a token and it is not good."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        try:
            return super().authenticate(request)
        except (TokenError, AuthenticationFailed) as error:
            raise InvalidToken from error

    def get_raw_token(self, header: bytes) -> bytes | None:
        """None when another scheme is meant. A scheme is written in any case (RFC 9110, section 11.1)."""
        scheme, _separator, token = header.strip().partition(b" ")
        if scheme.lower() not in SCHEMES:
            return None
        return token.strip()

    def get_validated_token(self, raw_token: bytes) -> Token:
        return AccessToken(raw_token)
