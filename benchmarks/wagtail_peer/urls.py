"""The pages API, and the addresses of documents."""

from django.urls import include, path
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents import urls as documents

router = WagtailAPIRouter("api")
router.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("api/", router.urls), path("documents/", include(documents))]
