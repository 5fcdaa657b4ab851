"""GET /api/duplicates/"""

from django.test import TestCase

from files import services
from files.models import MediaFile
from files.selection import NAMED_AT_MOST
from files.tests.library import added, checked, someone
from files.tests.samples import mp4, png, wav

URL = "/api/duplicates/"


class DuplicatesTests(TestCase):
    def setUp(self) -> None:
        self.user, self.staff = someone(), someone("staff", is_staff=True)
        self.client.force_login(self.staff)

    def test_it_works(self) -> None:
        checked(mp4(), "single.mp4")
        small = [checked(png(), f"{name}.png") for name in "abc"]
        large = [checked(wav(), f"{name}.wav", someone(name)) for name in "de"]

        page = self.client.get(URL).json()

        self.assertEqual(page["count"], 2)
        first, second = page["results"]
        self.assertEqual((first["count"], first["size"], first["saved"]), (2, len(wav()), len(wav())))
        self.assertEqual([file["id"] for file in first["files"]], [str(file.pk) for file in large])
        self.assertEqual([file["owner"] for file in first["files"]], ["d", "e"])
        self.assertEqual((second["count"], second["saved"]), (3, 2 * len(png())))
        self.assertEqual([file["name"] for file in second["files"]], [file.name for file in small])

    def test_what_does_not_count(self) -> None:
        checked(png(), "a.png")
        added(png(), "pending.png")
        services.trash([checked(png(), "trashed.png")])

        self.assertEqual(self.client.get(URL).json()["count"], 0)

    def test_only_own_files_make_a_group(self) -> None:
        checked(png(), "theirs.png", someone("other"))
        checked(png(), "mine.png", self.user)
        self.client.force_login(self.user)
        self.assertEqual(self.client.get(URL).json()["count"], 0)

        checked(png(), "mine, too.png", self.user)
        [group] = self.client.get(URL).json()["results"]
        self.assertEqual((group["count"], group["saved"]), (2, len(png())))
        self.assertEqual([file["name"] for file in group["files"]], ["mine.png", "mine, too.png"])

    def test_of_many_only_the_first_are_named(self) -> None:
        blob = checked(png(), "first.png").blob
        for number in range(NAMED_AT_MOST + 5):
            MediaFile.objects.create(
                name=f"{number}.png",
                kind="image",
                mime="image/png",
                size=9,
                owner=self.user,
                blob=blob,
                status="Completed",
            )

        [group] = self.client.get(URL).json()["results"]
        self.assertEqual((group["count"], len(group["files"])), (NAMED_AT_MOST + 6, NAMED_AT_MOST))
        self.assertEqual(group["files"][0]["name"], "first.png")

    def test_pages_and_constant_queries(self) -> None:
        for number in range(5):
            for _copy in range(2):
                checked(wav(0.1 * (number + 1)), "a.wav")

        with self.assertNumQueries(5):
            page = self.client.get(URL, {"page_size": 2, "page": 2}).json()
        self.assertEqual((page["count"], len(page["results"])), (5, 2))
        self.assertEqual(self.client.get(URL, {"search": "a"}).status_code, 400)
