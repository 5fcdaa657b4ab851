"""The page API as one would first write it in Django REST framework: nested model serializers, no cache, no counting.

It reads the same columns and prefetches what it shows, so it asks the database no more often than it must.
"""

from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db.models import Prefetch, QuerySet
from django.urls import path
from rest_framework import generics, serializers

from content.models import AudioContent, Content, DocumentContent, ImageContent, Page, VideoContent
from files.models import MediaFile

BASE = ("id", "title", "counter", "order", "content_type", "is_active", "url", "file")
TYPES: dict[str, Any] = {
    "video": (VideoContent, ("subtitles", "subtitles_url")),
    "audio": (AudioContent, ("text",)),
    "image": (ImageContent, ("alt",)),
    "document": (DocumentContent, ()),
}


class FileSerializer(serializers.ModelSerializer[MediaFile]):
    path = serializers.CharField(source="current.blob.path")
    md5 = serializers.CharField(source="current.blob.md5")

    class Meta:
        model = MediaFile
        fields = ("path", "md5", "mime", "size", "duration", "status")


def _of_type(model: Any, own: tuple[str, ...]) -> type[serializers.Serializer[Any]]:
    meta = type("Meta", (), {"model": model, "fields": (*BASE, *own)})
    files = {"file": FileSerializer()} | ({"subtitles": FileSerializer()} if "subtitles" in own else {})
    return type(f"{model.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta, **files})


SERIALIZERS = {name: _of_type(*described) for name, described in TYPES.items()}


class PageSerializer(serializers.ModelSerializer[Page]):
    contents = serializers.SerializerMethodField()

    class Meta:
        model = Page
        fields = ("id", "contents", "created_at", "updated_at", "title", "text")

    def get_contents(self, page: Page) -> list[Any]:
        shown: list[Any] = []
        for name, serializer in SERIALIZERS.items():
            rows = [
                getattr(content, f"{name}content") for content in page.contents.all() if content.content_type == name
            ]
            shown += serializer(rows, many=True).data
        return sorted(shown, key=lambda content: content["order"])


class Plain(generics.RetrieveAPIView[Page]):
    authentication_classes = ()
    permission_classes = ()
    serializer_class = PageSerializer

    def get_queryset(self) -> "QuerySet[Page]":
        contents = Content.objects.filter(is_active=True)
        joined = contents.select_related(
            *(f"{name}content__file__current__blob" for name in TYPES), "videocontent__subtitles__current__blob"
        )
        return Page.objects.published().prefetch_related(Prefetch("contents", queryset=joined))


urlpatterns = [path("api/page/content/<int:pk>/", Plain.as_view())]
settings.ROOT_URLCONF = __name__
application = get_asgi_application()
