from django.urls import path

from storage import views

app_name = "storage"
urlpatterns = [path("media/<path:path>", views.media, name="media")]
