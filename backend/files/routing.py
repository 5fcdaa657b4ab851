"""The WebSockets of the library."""

from django.urls import path

from files.consumers import LibraryConsumer
from files.live import SOCKET

websocket_urlpatterns = [path(SOCKET, LibraryConsumer.as_asgi())]
