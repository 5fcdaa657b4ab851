"""Reasons of failed checks are told in the reader's language, whatever the worker's is."""

from django.test import TestCase, override_settings
from django.utils.translation import override

from files import finalize
from files.badges import status_badge
from files.described import Described, with_what_is_told
from files.models import MediaFile
from files.reasons import in_readers_language
from files.tests.library import added, checked
from files.tests.samples import png
from storage import incoming


class ReasonTests(TestCase):
    def setUp(self) -> None:
        file = added(png(), "a.png")
        incoming.discard(file.incoming)
        with override("ru"):
            finalize.check(file.pk)
        self.file = with_what_is_told(MediaFile.objects.filter(pk=file.pk), file.owner).get()

    def test_it_works(self) -> None:
        self.assertIn("upload the file again", self.file.error_message)
        with override("ru"):
            self.assertIn("загрузите файл заново", in_readers_language("source_missing", self.file.error_message))

    def test_the_badge(self) -> None:
        with override("ru"):
            russian = status_badge(self.file)
        self.assertIn("загрузите файл заново", russian)
        self.assertIn("upload the file again", status_badge(self.file))

    def test_the_api(self) -> None:
        with override("ru"):
            error = Described(self.file, self.file.owner).error
        assert error is not None
        self.assertEqual(error.code, "source_missing")
        self.assertIn("загрузите файл заново", error.message)

    def test_words_of_the_operating_system(self) -> None:
        with override("ru"):
            told = in_readers_language("storage_error", "Input/output error")
        self.assertEqual(told, "Хранилище не ответило.")
        self.assertEqual(in_readers_language("storage_error", "Input/output error"), "Input/output error")

    @override_settings(MAX_IMAGE_PIXELS=5)
    def test_words_with_numbers(self) -> None:
        with override("ru"):
            file = checked(png(), "b.png")
            self.assertEqual(in_readers_language(file.error_code, file.error_message), "Слишком большое изображение.")
        self.assertIn("2 × 3", file.error_message)

    def test_a_code_that_nobody_knows(self) -> None:
        with override("ru"):
            self.assertEqual(in_readers_language("strange", "Something odd."), "Something odd.")

    def test_no_reason(self) -> None:
        with override("ru"):
            self.assertEqual(in_readers_language("", ""), "")
