"""Every URL of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from core.views import healthz, metrics_view, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("content.urls")),
    path("", include("accounts.urls")),
    path("", include("files.urls")),
    path("", include("storage.urls")),
    path("", include("project.schema_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics_view, name="metrics"),
]

handler400 = "core.views.handler400"
handler403 = "core.views.handler403"
handler404 = "core.views.handler404"
handler500 = "core.views.handler500"
