"""Nobody learns from his own files whether somebody else has the same bytes."""

import os
import uuid
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.test import TestCase
from django.utils import timezone
from django.utils.http import parse_http_date

from files.models import MediaFile
from files.tests.library import checked, someone
from files.tests.samples import png, wav
from storage import disk
from storage.tests.stored import Fetcher

LONG_AGO = timedelta(days=40)


def stored_long_ago(body: bytes, name: str) -> MediaFile:
    """Another's file, whose row and bytes are old."""
    theirs = checked(body, name, someone("other"))
    assert theirs.blob is not None
    MediaFile.objects.filter(pk=theirs.pk).update(created_at=timezone.now() - LONG_AGO)
    then = (timezone.now() - LONG_AGO).timestamp()
    os.utime(disk.media_path(theirs.blob.path), (then, then))
    return theirs


class WhatOthersHaveTests(TestCase):
    async_client_class = Fetcher
    async_client: Fetcher

    def setUp(self) -> None:
        self.user = someone()
        self.client.force_login(self.user)
        self.async_client.force_login(self.user)

    def told(self, body: bytes, suffix: str) -> list[Any]:
        """What the API says after these bytes were sent twice: the names of those that are the same as another."""
        files = [checked(body, f"{number}.{suffix}", self.user) for number in (1, 2)]
        names = {str(file.pk): file.name for file in files}
        details = [self.client.get(f"/api/files/{file.pk}/").json() for file in files]
        found = [self.client.get("/api/files/", {"duplicates": word}).json() for word in ("true", "false")]
        groups = self.client.get("/api/duplicates/").json()["results"]
        return [
            [names.get(detail["duplicate_of"]) for detail in details],
            [sorted(names[row["id"]] for row in page["results"] if row["id"] in names) for page in found],
            [[file["name"] for file in group["files"] if file["id"] in names] for group in groups],
        ]

    def test_it_works(self) -> None:
        """The second of two files is the same as the first, whoever else has those bytes."""
        stored_long_ago(png(), "theirs.png")

        known = self.told(png(), "png")
        MediaFile.objects.filter(owner=self.user).delete()
        unknown = self.told(wav(), "wav")

        self.assertEqual(known, [[None, "1.png"], [["2.png"], ["1.png"]], [["1.png", "2.png"]]])
        self.assertEqual([str(part).replace("wav", "png") for part in unknown], [str(part) for part in known])

    async def test_a_download_is_as_old_as_the_reader_s_own_file(self) -> None:
        """Not as old as the bytes on disk, which are those of whoever sent them first."""
        await sync_to_async(stored_long_ago)(png(), "theirs.png")
        mine = await sync_to_async(checked)(png(), "mine.png", self.user)

        answer = await self.async_client.fetch(f"/storage/download/{mine.pk}/")

        self.assertEqual((answer.status_code, answer.body), (200, png()))
        self.assertEqual(parse_http_date(answer["Last-Modified"]), int(mine.created_at.timestamp()))
        same = await self.async_client.fetch(f"/storage/download/{mine.pk}/", If_Modified_Since=answer["Last-Modified"])
        self.assertEqual((same.status_code, same["Last-Modified"]), (304, answer["Last-Modified"]))

    def test_staff_are_told(self) -> None:
        theirs = stored_long_ago(png(), "theirs.png")
        mine = checked(png(), "mine.png", self.user)
        self.client.force_login(someone("staff", is_staff=True))

        self.assertEqual(self.client.get(f"/api/files/{mine.pk}/").json()["duplicate_of"], str(theirs.pk))

    def test_the_earlier_file_is_one_that_can_be_found(self) -> None:
        first, second, third = (checked(png(), f"{number}.png", self.user) for number in range(3))
        MediaFile.objects.filter(pk=first.pk).update(deleted_at=timezone.now())

        told = [self.client.get(f"/api/files/{file.pk}/").json()["duplicate_of"] for file in (first, second, third)]

        self.assertEqual(told, [None, None, str(second.pk)])
        self.assertIsInstance(uuid.UUID(told[2]), uuid.UUID)
