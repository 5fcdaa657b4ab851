from django.urls import path, re_path
from django.views.generic import RedirectView

from project import schema_views

urlpatterns = [
    re_path(r"^swagger\.(?P<format>json|yaml)$", schema_views.spec, name="schema"),
    # What drf-yasg's own `swagger<format>/` answers to, for those who have that address.
    re_path(r"^swagger\.?(?P<format>json|yaml)/$", schema_views.spec),
    path("swagger/", schema_views.Swagger.as_view(), name="swagger"),
    path("redoc/", schema_views.Redoc.as_view(), name="redoc"),
    path("docs/redoc/", RedirectView.as_view(pattern_name="redoc", permanent=True)),
]
