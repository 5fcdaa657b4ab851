"""What the crash tests run in processes of their own: receive a file, check it, and tell what has come of it.

This process reads a step from each line of its input and forks a child for it, so that Django is loaded once:

`add NAME CONTENT` — the child prints its pid and stops itself (SIGSTOP), for a tracer to attach. When it goes on it
prints `added <id>` once the file is acknowledged, and then checks it.
`recover` — checks what waits, as the sweeper does, and prints a JSON summary.

Each step ends with the line `end`, whatever has become of the child.
"""

import json
import os
import signal
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


def perform(step: str, *arguments: str) -> None:
    if step == "recover":
        recover()
        return
    os.write(1, f"{os.getpid()}\n".encode())
    os.kill(os.getpid(), signal.SIGSTOP)
    add(*arguments)


if __name__ == "__main__":
    for line in sys.stdin:
        step, *arguments = line.split()
        child = os.fork()
        if child == 0:
            perform(step, *arguments)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
        print("end", flush=True)
