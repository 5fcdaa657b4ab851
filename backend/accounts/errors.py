"""What can go wrong with an account."""

from django.utils.translation import gettext_lazy as _

from core.errors import NotAuthenticated


class InvalidCredentials(NotAuthenticated):
    """Unknown name, wrong password or disabled account: a client cannot tell which."""

    code = "invalid_credentials"
    title = _("The user name or the password is wrong.")


class InvalidToken(NotAuthenticated):
    """A token that is forged, expired, spent, of the other kind, or whose user may not log in any more."""

    code = "invalid_token"
    title = _("The token is not valid. Log in again.")
