"""The account endpoints. All but `Me` are open to anyone and look at no credentials in the request's headers."""

from typing import Any, cast

from adrf.views import APIView
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_yasg import openapi
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts import services
from accounts.models import User
from accounts.serializers import (
    CredentialsSerializer,
    MeSerializer,
    RefreshSerializer,
    RegistrationSerializer,
    TokenPairSerializer,
    UserSerializer,
)
from core.errors import NotFound
from core.openapi import describe, problem_responses
from core.pagination import require_known_params

# Tokens are not for caches (RFC 6749, section 5.1).
NO_STORE = {"Cache-Control": "no-store"}


def _given(serializer_class: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    given: dict[str, Any] = serializer.validated_data
    return given


class OpenView(APIView):
    """Takes JSON or a form from anyone."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (JSONParser, FormParser)


class Login(OpenView):
    @describe(
        operation_id="login",
        request_body=CredentialsSerializer,
        responses={200: TokenPairSerializer, **problem_responses(401, 429)},
    )
    async def post(self, request: Request) -> Response:
        """Log in with a name and a password.

        The access token lives 15 minutes at most, the refresh token for days. After five failed logins in 15 minutes
        for one account from one address the answer is 429, with `Retry-After` in seconds.
        """
        given = _given(CredentialsSerializer, request)
        pair = await sync_to_async(services.login)(request=request._request, **given)
        return Response(TokenPairSerializer(pair).data, headers=NO_STORE)


class Refresh(OpenView):
    @describe(
        operation_id="refresh_token",
        request_body=RefreshSerializer,
        responses={200: TokenPairSerializer, **problem_responses(401)},
    )
    async def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        A refresh token is good for one exchange, and for none once its user is disabled or has a new password.
        """
        pair = await sync_to_async(services.refresh)(**_given(RefreshSerializer, request))
        return Response(TokenPairSerializer(pair).data, headers=NO_STORE)


class Logout(OpenView):
    @describe(
        operation_id="logout",
        request_body=RefreshSerializer,
        responses={204: openapi.Response(_("Logged out.")), **problem_responses(401)},
    )
    async def post(self, request: Request) -> Response:
        """End a refresh token.

        Repeating it changes nothing. The access token of the pair runs out by itself.
        """
        await sync_to_async(services.logout)(**_given(RefreshSerializer, request))
        return Response(status=204)


class Register(OpenView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not settings.REGISTRATION_ENABLED:
            raise NotFound
        super().initial(request, *args, **kwargs)

    @describe(
        operation_id="register",
        request_body=RegistrationSerializer,
        responses={201: UserSerializer, **problem_responses(404)},
    )
    async def post(self, request: Request) -> Response:
        """Make an account.

        Answers 404 unless the site has opened registration.
        """
        user = await sync_to_async(services.register)(**_given(RegistrationSerializer, request))
        return Response(UserSerializer(user).data, status=201)


class Me(APIView):
    @describe(operation_id="me", responses={200: MeSerializer})
    async def get(self, request: Request) -> Response:
        """Who the caller is."""
        require_known_params(request.query_params, ())
        return Response(MeSerializer(cast("User", request.user)).data)
