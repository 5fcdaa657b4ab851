from django.urls import path

from files import download, views

app_name = "files"
urlpatterns = [
    path("api/files/", views.FileList.as_view(), name="list"),
    path("api/files/<uuid:file_id>/", views.FileDetail.as_view(), name="detail"),
    path("api/files/<uuid:file_id>/replace/", views.FileReplace.as_view(), name="replace"),
    path("api/files/<uuid:file_id>/trash/", views.FileTrash.as_view(), name="trash"),
    path("api/files/<uuid:file_id>/restore/", views.FileRestore.as_view(), name="restore"),
    path("api/files/<uuid:file_id>/retry/", views.FileRetry.as_view(), name="retry"),
    path("api/files/<uuid:file_id>/usage/", views.FileUsage.as_view(), name="usage"),
    path("api/duplicates/", views.DuplicateList.as_view(), name="duplicates"),
    path("storage/files/", views.OwnFiles.as_view(), name="own"),
    path("storage/download/<uuid:file_id>/", download.Download.as_view(), name="download"),
]
