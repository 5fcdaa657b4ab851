"""The two JSON Web Tokens (RFC 7519): a short access token for requests, a long refresh token that is spent once.

Both are signed with one fixed algorithm (RFC 8725, section 3.1) and carry `exp`, `iat`, `jti`, `typ`, the user's id and
a digest of the stored password, so a changed password ends them.
"""

from datetime import timedelta
from typing import Any, Self

from django.utils.translation import gettext as _
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AuthUser
from rest_framework_simplejwt.utils import datetime_from_epoch

REQUIRED_CLAIMS = {"exp": int, "iat": int, "jti": str, "typ": str, api_settings.USER_ID_CLAIM: str}


class RequiredClaims(tokens.Token):
    """A token that is refused with TokenError unless every required claim is there, has its type and is in bounds."""

    lifetime: timedelta

    # The encoded token (str or bytes), or nothing for a new one; the library's own annotation names another type.
    def __init__(self, token: Any = None, verify: bool = True) -> None:
        super().__init__(token, verify)

    def verify(self) -> None:
        for claim, kind in REQUIRED_CLAIMS.items():
            if type(self.payload.get(claim)) is not kind:
                raise TokenError(_("Token lacks a required claim."))
        if not self.payload[api_settings.USER_ID_CLAIM].isdecimal():
            raise TokenError(_("Token names no user."))
        if not 0 < self.payload["exp"] - self.payload["iat"] <= self.lifetime.total_seconds():
            raise TokenError(_("Token lives too long."))
        super().verify()


class AccessToken(RequiredClaims, tokens.AccessToken):
    """What a request carries; it lives at most 15 minutes and cannot be called back."""


class RefreshToken(RequiredClaims, tokens.RefreshToken):
    """What is exchanged for a new pair. It is kept nowhere: only a spent one leaves a row, without the token itself."""

    access_token_class = AccessToken

    @classmethod
    def for_user(cls, user: AuthUser) -> Self:
        # The library would keep a copy of each token it gives out, which whoever reads the table could use.
        return super(tokens.BlacklistMixin, cls).for_user(user)

    def check_blacklist(self) -> None:
        """Left to `spend`: asking first and writing afterwards would let two requests spend one token."""

    def spend(self) -> bool:
        """Blacklist the token; False when it already was. The unique row decides between two at once."""
        claims: dict[str, Any] = self.payload
        times = {"created_at": datetime_from_epoch(claims["iat"]), "expires_at": datetime_from_epoch(claims["exp"])}
        row, _created = OutstandingToken.objects.get_or_create(jti=claims["jti"], defaults=times)
        return BlacklistedToken.objects.get_or_create(token=row)[1]
