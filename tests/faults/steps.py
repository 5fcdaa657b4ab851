"""What the crash tests run in a process of its own: receive a file, check it, and tell what has come of it.

`python steps.py add NAME CONTENT` prints `added <id>` once the file is acknowledged, then checks it.
`python steps.py recover` checks what waits, as the sweeper does, and prints a JSON summary.
"""

import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

import django

django.setup()

from django.conf import settings

from accounts.models import User
from files import finalize
from files.models import MediaFile
from files.services import Received, add_file
from storage import disk
from storage.models import Blob


def add(name: str, content: str) -> None:
    owner = User.objects.get_or_create(username="editor")[0]
    body = content.encode()
    with tempfile.NamedTemporaryFile(dir=settings.INCOMING_ROOT, suffix=".upload") as spooled:
        spooled.write(body)
        spooled.flush()
        received = Received(
            owner=owner, source=Path(spooled.name), name=name, kind="document", mime="text/plain", size=len(body)
        )
        file = add_file(received)
        os.write(1, f"added {file.pk}\n".encode())
    finalize.check(file.pk)


def recover() -> None:
    for file_id in finalize.waiting(older_than=timedelta(0), limit=1000):
        finalize.check(file_id)
    rows = MediaFile.objects.select_related("blob")
    summary = {
        "status": {str(row.pk): row.status for row in rows},
        "blobs": Blob.objects.count(),
        "media": len(list(disk.files_below(Path(settings.MEDIA_ROOT)))),
        "missing": [row.name for row in rows if row.blob and not disk.media_path(row.blob.path).is_file()],
    }
    print(json.dumps(summary))


if __name__ == "__main__":
    if sys.argv[1] == "add":
        add(*sys.argv[2:])
    else:
        recover()
