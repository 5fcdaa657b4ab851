"""Who sends a request, asked before Django has seen it."""

import io
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from rest_framework.request import Request

from accounts.authentication import JWTAuthentication
from accounts.errors import InvalidToken


def is_logged_in(scope: dict[str, Any]) -> bool:
    """Whether the headers of an ASGI request carry a good access token or the cookie of a session."""
    request = ASGIRequest(scope, io.BytesIO())
    try:
        if JWTAuthentication().authenticate(Request(request)) is not None:
            return True
    except InvalidToken:
        return False
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return key is not None and get_user(request).is_authenticated
