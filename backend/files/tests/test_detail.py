"""GET, PATCH and DELETE /api/files/{id}/, and what is done with one file."""

import uuid
from typing import Any

from django.db import transaction
from django.test import TestCase, TransactionTestCase

from core import redis
from files import finalize, services
from files.described import Described, with_what_is_told
from files.models import MediaFile
from files.tests.library import added, checked, incoming_files, someone, upload
from files.tests.samples import mp4, png, wav
from storage import incoming


class Case(TestCase):
    def setUp(self) -> None:
        self.user, self.staff = someone(), someone("staff", is_staff=True)
        self.client.force_login(self.user)

    def url(self, file: MediaFile, action: str = "") -> str:
        return f"/api/files/{file.pk}/{action}"

    def assert_problem(self, response: Any, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code))
        self.assertEqual(response["Content-Type"], "application/problem+json")


class DetailTests(Case):
    def test_it_works(self) -> None:
        file = checked(mp4(seconds=3), "clip.mp4")

        told = self.client.get(self.url(file)).json()

        self.assertEqual((told["id"], told["root_id"], told["version"]), (str(file.pk), str(file.pk), 1))
        self.assertEqual((told["status"], told["error"], told["available"]), ("Completed", None, True))
        self.assertEqual((told["duration"], told["duplicate_of"], told["deleted_at"]), (3.0, None, None))
        self.assertEqual([version["id"] for version in told["versions"]], [str(file.pk)])

    def test_a_check_that_ends_meanwhile_does_not_contradict_the_answer(self) -> None:
        file = added(mp4(), "clip.mp4")
        rows = with_what_is_told(MediaFile.objects.filter(pk=file.pk), self.staff)
        told = Described(rows.get(), self.staff)
        finalize.check(file.pk)

        self.assertEqual([version.file.status for version in told.versions], [told.file.status])

    def test_media_addresses_are_for_staff(self) -> None:
        file = checked(png(), "a.png", self.user)
        assert file.blob is not None

        self.assertIsNone(self.client.get(self.url(file)).json()["url"])
        self.assertNotIn(file.blob.path, self.client.get(self.url(file)).content.decode())
        self.client.force_login(self.staff)
        self.assertEqual(self.client.get(self.url(file)).json()["url"], f"/media/{file.blob.path}")

    def test_versions(self) -> None:
        first = checked(wav(0.1), "a.wav")
        second = checked(wav(0.2), "b.wav", version_of=first)
        third = added(wav(0.3), "c.wav", version_of=first)
        assert second.blob is not None

        told = self.client.get(self.url(first)).json()
        self.assertEqual([(v["version"], v["status"]) for v in told["versions"]],
                         [(1, "Completed"), (2, "Completed"), (3, "Pending")])  # fmt: skip
        self.assertEqual(self.client.get(self.url(third)).json()["version"], 3)
        self.client.force_login(self.staff)
        for version in (first, second):
            self.assertEqual(self.client.get(self.url(version)).json()["url"], f"/media/{second.blob.path}")
        self.assertIsNone(self.client.get(self.url(third)).json()["url"])

    def test_a_duplicate_names_only_what_its_reader_may_see(self) -> None:
        theirs = checked(png(), "theirs.png", someone("other"))
        mine = checked(png(), "mine.png", self.user)
        self.assertEqual(mine.duplicate_of, theirs)

        self.assertIsNone(self.client.get(self.url(mine)).json()["duplicate_of"])
        self.client.force_login(self.staff)
        self.assertEqual(self.client.get(self.url(mine)).json()["duplicate_of"], str(theirs.pk))

        self.client.force_login(self.user)
        first, again = checked(wav(), "a.wav"), checked(wav(), "b.wav")
        self.assertEqual(self.client.get(self.url(again)).json()["duplicate_of"], str(first.pk))

    def test_failed(self) -> None:
        file = added(png(), "a.png")
        incoming.discard(file.incoming)
        finalize.check(file.pk)

        told = self.client.get(self.url(file)).json()

        self.assertEqual((told["status"], told["available"]), ("Failed", False))
        self.assertEqual((told["error"]["code"], told["error"]["attempts"]), ("source_missing", 1))

    def test_constant_queries(self) -> None:
        file = checked(wav(0.1), "a.wav")
        for number in range(5):
            checked(wav(0.1 * number), "a.wav", version_of=file)

        with self.assertNumQueries(4):
            self.client.get(self.url(file))

    def test_another_method(self) -> None:
        response = self.client.put(self.url(checked(png(), "a.png")))
        self.assert_problem(response, 405, "method_not_allowed")
        self.assertEqual(response["Allow"], "GET, PATCH, DELETE, HEAD, OPTIONS")


class SecrecyTests(Case):
    """Another's file is answered like one that does not exist."""

    def test_it_works(self) -> None:
        theirs = checked(png(), "theirs.png", someone("other"))
        nothing = MediaFile(pk=uuid.uuid4())

        def ask(file: MediaFile) -> list[tuple[int, dict[str, str]]]:
            answers = [
                self.client.get(self.url(file)),
                self.client.patch(self.url(file), {"name": "x.png"}, content_type="application/json"),
                self.client.delete(self.url(file)),
                self.client.get(self.url(file, "usage/")),
                self.client.post(self.url(file, "replace/"), upload("a.png", png())),
                *(self.client.post(self.url(file, action)) for action in ("trash/", "restore/", "retry/")),
                self.client.get(f"/storage/download/{file.pk}/"),
            ]
            return [(answer.status_code, answer.json()) for answer in answers]

        self.assertEqual(ask(theirs), ask(nothing))
        self.assertEqual({status for status, _body in ask(theirs)}, {404})
        self.client.logout()
        self.assertEqual({status for status, _body in ask(theirs)}, {401})
        theirs.refresh_from_db()
        self.assertEqual((theirs.name, theirs.deleted_at, theirs.version), ("theirs.png", None, 1))


class RenameTests(Case):
    def rename(self, file: MediaFile, name: object) -> Any:
        return self.client.patch(self.url(file), {"name": name}, content_type="application/json")

    def test_it_works(self) -> None:
        file = checked(png(), "a.png")

        response = self.rename(file, "  Новое\u202eимя.PNG ")

        self.assertEqual((response.status_code, response.json()["name"]), (200, "Новоеимя.PNG"))
        self.assertEqual(MediaFile.objects.get().name, "Новоеимя.PNG")

    def test_the_type_cannot_be_changed(self) -> None:
        file = checked(png(), "a.png")
        for name in ("a.html", "a", "a.jpg"):
            self.assert_problem(self.rename(file, name), 415, "type_not_allowed")

    def test_bad_names(self) -> None:
        file = checked(png(), "a.png")
        for name in ("", "x" * 256, None, ["a.png"], "a\0.png"):
            self.assert_problem(self.rename(file, name), 400, "invalid")
        response = self.client.patch(self.url(file), "{", content_type="application/json")
        self.assert_problem(response, 400, "invalid")


class ReplaceTests(Case):
    def replace(self, file: MediaFile, name: str, body: bytes) -> Any:
        return self.client.post(self.url(file, "replace/"), upload(name, body))

    def test_it_works(self) -> None:
        file = checked(wav(0.1), "a.wav")

        response = self.replace(file, "b.wav", wav(0.2))

        told = response.json()
        self.assertEqual((response.status_code, told["status"], told["version"]), (201, "Pending", 2))
        self.assertEqual((told["root_id"], told["name"]), (str(file.pk), "b.wav"))
        self.assertEqual(response["Location"], f"/api/files/{told['id']}/")
        finalize.check(uuid.UUID(told["id"]))
        file.refresh_from_db()
        assert file.current is not None
        self.assertEqual(str(file.current.pk), told["id"])

    def test_a_version_is_its_files_owners(self) -> None:
        file = checked(wav(0.1), "a.wav", self.user)
        self.client.force_login(self.staff)

        self.assertEqual(self.replace(file, "b.wav", wav(0.2)).json()["owner"], "editor")

    def test_by_the_id_of_any_version(self) -> None:
        file = checked(wav(0.1), "a.wav")
        second = checked(wav(0.2), "a.wav", version_of=file)

        self.assertEqual(self.replace(second, "a.wav", wav(0.3)).json()["version"], 3)

    def test_another_kind(self) -> None:
        self.assert_problem(self.replace(checked(wav(), "a.wav"), "b.png", png()), 415, "type_not_allowed")

    def test_in_the_trash(self) -> None:
        file = checked(wav(), "a.wav")
        services.trash([file])

        self.assert_problem(self.replace(file, "a.wav", wav(0.2)), 409, "in_trash")
        self.assertEqual(MediaFile.objects.count(), 1)
        self.assertEqual(incoming_files(), [])

    def test_a_newer_version_is_shown_when_an_older_ends_later(self) -> None:
        file = checked(wav(0.1), "a.wav")
        second, third = (added(wav(0.1 * n), "a.wav", version_of=file) for n in (2, 3))
        finalize.check(third.pk)
        finalize.check(second.pk)

        file.refresh_from_db()
        self.assertEqual(file.current, third)


class TrashTests(Case):
    def test_it_works(self) -> None:
        file = checked(png(), "a.png")
        version = checked(wav(), "a.wav", version_of=file)

        self.assertIsNotNone(self.client.post(self.url(file, "trash/")).json()["deleted_at"])
        version.refresh_from_db()
        self.assertIsNotNone(version.deleted_at)
        self.assertIsNone(self.client.post(self.url(version, "restore/")).json()["deleted_at"])
        file.refresh_from_db()
        self.assertIsNone(file.deleted_at)

    def test_twice_is_as_good_as_once(self) -> None:
        file = checked(png(), "a.png")
        for action in ("trash/", "trash/", "restore/", "restore/"):
            self.assertEqual(self.client.post(self.url(file, action)).status_code, 200)

    def test_a_file_in_the_trash_has_no_address(self) -> None:
        file = checked(png(), "a.png")
        self.client.force_login(self.staff)

        self.assertIsNone(self.client.post(self.url(file, "trash/")).json()["url"])


class DeleteTests(Case):
    def test_it_works(self) -> None:
        file = checked(png(), "a.png")
        checked(wav(), "b.wav", version_of=file)
        same = checked(png(), "same.png")
        services.trash([file])

        self.assertEqual(self.client.delete(self.url(file)).status_code, 204)

        self.assertEqual(list(MediaFile.objects.all()), [same])
        same.refresh_from_db()
        self.assertIsNone(same.duplicate_of)
        self.assert_problem(self.client.delete(self.url(file)), 404, "not_found")

    def test_only_from_the_trash(self) -> None:
        self.assert_problem(self.client.delete(self.url(checked(png(), "a.png"))), 409, "not_in_trash")

    def test_received_bytes_go_with_the_file(self) -> None:
        file = added(png(), "a.png")
        services.trash([file])

        with self.captureOnCommitCallbacks(execute=True):
            self.client.delete(self.url(file))

        self.assertEqual(incoming_files(), [])


class RetryTests(Case):
    def test_it_works(self) -> None:
        file = added(png(), "a.png")
        path = incoming.path(file.incoming)
        hidden = path.rename(path.with_name("f" * 32))
        finalize.check(file.pk)
        hidden.rename(path)

        told = self.client.post(self.url(file, "retry/")).json()

        self.assertEqual((told["status"], told["error"]), ("Pending", None))
        self.assertEqual(finalize.check(file.pk), "Completed")

    def test_it_has_as_many_attempts_as_a_new_file(self) -> None:
        file = added(png(), "a.png")
        MediaFile.objects.update(status="Failed", attempt=6, error_code="too_many_attempts")

        self.client.post(self.url(file, "retry/"))

        self.assertEqual(finalize.check(file.pk), "Completed")

    def test_only_a_failed_file(self) -> None:
        for file in (checked(png(), "a.png"), added(wav(), "a.wav")):
            self.assert_problem(self.client.post(self.url(file, "retry/")), 409, "not_failed")


class HintTests(TransactionTestCase):
    def test_it_works(self) -> None:
        """The message to the worker is sent after the commit, so the worker finds the row."""
        with transaction.atomic():
            added(png(), "a.png")
            self.assertEqual(redis.broker_sync().llen("celery"), 0)
        self.assertEqual(redis.broker_sync().llen("celery"), 1)
