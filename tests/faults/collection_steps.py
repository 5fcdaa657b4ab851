"""What the collection tests run in processes of their own.

`churn SEED ROUNDS` — files come, are checked, looked at and go; prints `{"finalized": …, "lost": […]}`.
`collect` or `naive` — collects at grace 0 until its input is closed; prints how many blobs were collected.
`once` — collects once. `mend CONTENT` — what follows a death: compares and mends, collects again, prints how much is
left that should not be, and leaves a new blob that nothing keeps.
"""

import json
import random
import select
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

import django

django.setup()

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from files import finalize
from files.models import MediaFile
from files.services import Received, add_file
from storage import collector, disk, fsck, references, trash
from storage.models import Blob, Lease, Replica

CONTENTS = 30
NOW = timedelta(0)


def added(body: bytes, name: str) -> MediaFile:
    owner = User.objects.get_or_create(username="editor")[0]
    source = Path(settings.INCOMING_ROOT) / f"{name}.upload"
    source.write_bytes(body)
    file = add_file(Received(owner=owner, source=source, name=name, kind="document", mime="text/plain", size=len(body)))
    source.unlink()
    finalize.check(file.pk)
    return MediaFile.objects.select_related("blob").get(pk=file.pk)


def is_whole(file: MediaFile) -> bool:
    return file.status == "Completed" and file.blob is not None and disk.media_path(file.blob.path).is_file()


def churn(seed: int, rounds: int) -> None:
    chance, mine = random.Random(seed), list[MediaFile]()
    lost: list[str] = []
    for number in range(rounds):
        mine.append(added(f"content {chance.randrange(CONTENTS)}".encode(), f"{seed}-{number}.txt"))
        lost += [file.name for file in mine if not is_whole(file)]
        if lost:
            break
        if len(mine) > 3 or chance.random() < 0.95:
            gone = mine.pop(chance.randrange(len(mine)))
            with transaction.atomic():
                MediaFile.objects.select_for_update().get(pk=gone.pk).delete()
    print(json.dumps({"finalized": rounds, "lost": lost}))


def naive() -> int:
    """A collector that looks for references before it locks, and not again."""
    count = 0
    for blob in list(references.unreferenced()):
        try:
            with transaction.atomic():
                count += Blob.objects.filter(pk=blob.pk)._raw_delete(using="default")
                Replica.objects.filter(blob_id=blob.pk).delete()
                trash.put(disk.media_path(blob.path))
        except IntegrityError:
            # The database saw the new reference when it committed; the file had been moved by then.
            continue
    return count


def collect_until_told(order: str) -> None:
    count = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        count += collector.collect(NOW) if order == "collect" else naive()
    print(count)


def mend(content: str) -> None:
    left = len(fsck.check(repair=True, grace=timedelta(seconds=0.1)).left)
    # The lease of the dead collector runs out by itself; here it is taken away.
    Lease.objects.all().delete()
    collector.collect(NOW)
    left += len(list(disk.files_below(Path(settings.MEDIA_ROOT))))
    left += len(fsck.check(grace=timedelta(seconds=0.1)).findings)
    print(left)
    added(content.encode(), "left.txt").delete()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["churn", seed, rounds]:
            churn(int(seed), int(rounds))
        case ["collect" | "naive" as order]:
            collect_until_told(order)
        case ["once"]:
            print(collector.collect(NOW))
        case ["mend", content]:
            mend(content)
