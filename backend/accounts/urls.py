from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("api-token-auth/", views.Login.as_view(), name="login"),
    path("api-token-refresh/", views.Refresh.as_view(), name="refresh"),
    path("api-token-logout/", views.Logout.as_view(), name="logout"),
    path("register/", views.Register.as_view(), name="register"),
    path("api/me/", views.Me.as_view(), name="me"),
]
