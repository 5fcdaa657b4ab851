from django.urls import path

from content.front_page import front_page, page_detail
from content.views import PageDetail, PageList

urlpatterns = [
    path("", front_page, name="front-page"),
    path("pages/<int:page_id>/", page_detail, name="front-page-detail"),
    path("api/page/content/", PageList.as_view(), name="page-list"),
    path("api/page/content/<int:page_id>/", PageDetail.as_view(), name="page-detail"),
]
