from django.urls import path

from content.views import PageDetail, PageList

urlpatterns = [
    path("api/page/content/", PageList.as_view(), name="page-list"),
    path("api/page/content/<int:page_id>/", PageDetail.as_view(), name="page-detail"),
]
