from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts.models import User

# They hold spent tokens only, so there is nothing an administrator could do with them.
admin.site.unregister([BlacklistedToken, OutstandingToken])


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg] # generic for the type checker only
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active", "last_login")
    show_full_result_count = False
