"""What the account endpoints take and give. What is true of an account is checked in `accounts.services`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User


class PasswordField(serializers.CharField):
    """A password, with its spaces; far longer ones than anybody types are refused before they are hashed."""

    def __init__(self, **kwargs: Any) -> None:
        style = {"input_type": "password"}
        super().__init__(write_only=True, trim_whitespace=False, max_length=1024, style=style, **kwargs)


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = PasswordField()

    class Meta:
        ref_name = "Credentials"


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, help_text=_("The refresh token that was given last."))

    class Meta:
        ref_name = "Refresh"


class TokenPairSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text=_("Access token, for the header `Authorization: JWT <token>`."))
    refresh = serializers.CharField(help_text=_("Refresh token: exchanged once for a new pair."))

    class Meta:
        ref_name = "TokenPair"


class RegistrationSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = PasswordField()
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)

    class Meta:
        ref_name = "Registration"


class UserSerializer(serializers.ModelSerializer[User]):
    # Empty for who gave none, which the format of an address would not allow.
    email = serializers.CharField(read_only=True, allow_blank=True)

    class Meta:
        model = User
        fields = ("id", "username", "email")
        read_only_fields = fields
        ref_name = "User"


class MeSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "is_staff")
        read_only_fields = fields
        ref_name = "Me"
