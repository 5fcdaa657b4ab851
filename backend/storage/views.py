"""`/media/…`: stored bytes, for whoever has the address."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core import media_types
from core.errors import MethodNotAllowed, NotFound
from storage import placement, serving
from storage.models import Blob

_PATH_LENGTH = Blob._meta.get_field("path").max_length or 0


async def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """GET or HEAD: the blob with this very path; 404 for anything else, so a path can lead nowhere but to a blob."""
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(headers={"Allow": "GET, HEAD"})
    blob = None
    if len(path) <= _PATH_LENGTH and path.isprintable():
        blob = await Blob.objects.filter(path=path).afirst()
    if blob is None:
        raise NotFound
    name = placement.readable_name(blob.path)
    return await serving.blob_response(request, blob, name, media_types.mime_of(path), cache=serving.FOREVER)
