"""The ASGI application: a size guard, the page layer that answers cached reads, then Django; and WebSockets."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

from django.core.asgi import get_asgi_application

# Django must be set up before anything that imports models.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from content.page_layer import PageLayer
from project.lifespan import lifespan
from project.sockets import Sockets
from uploads.guard import UploadGuard


class StaticFiles(ASGIStaticFilesHandler):
    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """A path that leads out of the folder is one that is not there; Django's own handler would answer 500."""
        try:
            return super().serve(request)
        except SuspiciousFileOperation as error:
            raise Http404 from error


http: Any = StaticFiles(django_application) if settings.SERVE_STATIC else django_application
application = ProtocolTypeRouter(
    {
        "http": UploadGuard(PageLayer(http)),
        "websocket": Sockets(),
        "lifespan": lifespan,
    }
)
