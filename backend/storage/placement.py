"""Where a new blob's bytes go."""

import re
import secrets
from datetime import datetime
from pathlib import PurePosixPath

from core.names import extension, safe_stem


def blob_path(name: str, kind: str, at: datetime) -> str:
    """`YYYY/MM/DD/<kind>/<name>-<random>.<ext>`, relative to MEDIA_ROOT.

    Files never lie in one heap, and names stay readable. The random part (96 bits) makes two paths never meet and a
    media URL a capability: who was not given it cannot guess it.
    """
    suffix = f".{extension(name)}" if extension(name) else ""
    return f"{at:%Y/%m/%d}/{kind}/{safe_stem(name)}-{secrets.token_urlsafe(12)}{suffix}"


def readable_name(path: str) -> str:
    """The name in a blob's path without its random part."""
    return re.sub(r"-[\w-]{16}(?=\.[a-z0-9]+$|$)", "", PurePosixPath(path).name, flags=re.ASCII)
