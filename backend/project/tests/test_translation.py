"""The Russian translation: whole, true of the sources, compiled, and what a reader is given."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.admin import __path__ as admin_path
from django.contrib.admin import site
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import Client, SimpleTestCase, TestCase, override_settings
from django.utils.translation import deactivate, override

from accounts.models import User
from content.models import Page
from core.units import format_size
from project import wording
from project.tests.catalogue import BACKEND, Compiled, Text, read_po, texts_in_sources, texts_of

FOLDER = BACKEND / "locale/ru/LC_MESSAGES"
# One number for each of the three plural forms: 1 файл, 2 файла, 5 файлов.
EXAMPLES = (1, 2, 5)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|`[^`]*`")
# Names, and texts that are nothing but places for other texts.
PLACES = {"%(name)s: %(status)s", "%(number)s %(name)s", "%(number)s+ %(name)s", " By %(filter_title)s "}
SAME_IN_RUSSIAN = {"Quayside", "MD5", "SHA-256", "0–9", *PLACES}


def placeholders(text: str) -> list[str]:
    """What must be in a translation too; code is, but for its own placeholders (`<token>`)."""
    return sorted(re.sub(r"<\w+>", "<>", found) for found in PLACEHOLDER.findall(re.sub(r"<токен>", "<token>", text)))


class CatalogueTests(SimpleTestCase):
    def setUp(self) -> None:
        self.header, self.entries = read_po(FOLDER / "django.po")

    def test_it_works(self) -> None:
        with override("ru"):
            self.assertEqual(str(Page._meta.verbose_name), "страница")

    def test_every_text_is_there(self) -> None:
        known = {entry.text for entry in self.entries}
        lacking = {f"{file}: {text}" for text, file in texts_in_sources().items() if text not in known}
        self.assertEqual(lacking, set(), "make messages, then translate")

    def test_nothing_else_is_there(self) -> None:
        self.assertEqual({entry.text for entry in self.entries} - set(texts_in_sources()), set())

    def test_every_text_is_translated(self) -> None:
        for entry in self.entries:
            text = entry.text.singular
            self.assertFalse(entry.is_fuzzy, text)
            self.assertEqual(len(entry.strings), len(EXAMPLES) if entry.text.plural else 1, text)
            self.assertTrue(all(entry.strings), text)
            if text not in SAME_IN_RUSSIAN:
                self.assertTrue(all(map(CYRILLIC.search, entry.strings)), text)

    def test_placeholders_agree(self) -> None:
        for entry in self.entries:
            wanted = placeholders(entry.text.plural or entry.text.singular)
            for string in entry.strings:
                self.assertEqual(placeholders(string), wanted, entry.text.singular)

    def test_ends_agree(self) -> None:
        """Spaces around a text, and the point after a sentence."""
        for entry in self.entries:
            text = entry.text.singular
            for string in entry.strings:
                self.assertEqual(re.findall(r"^\s*|\s*$", string), re.findall(r"^\s*|\s*$", text), text)
                self.assertEqual(string[-1] in ".:?", text[-1] in ".:?", text)

    def test_the_header_names_nobody(self) -> None:
        names = {line.partition(":")[0] for line in self.header.splitlines()}
        self.assertLessEqual({"Language", "Plural-Forms", "Content-Type"}, names)
        self.assertTrue(names.isdisjoint({"POT-Creation-Date", "PO-Revision-Date", "Last-Translator"}))

    def test_the_compiled_catalogue_is_this_one(self) -> None:
        compiled = Compiled(FOLDER / "django.mo")
        self.assertEqual(compiled.count, len(self.entries), "make messages")
        for entry in self.entries:
            self.assertEqual(compiled.strings(entry.text, EXAMPLES), entry.strings)


class SourceTests(SimpleTestCase):
    def test_it_works(self) -> None:
        found = set(texts_of(BACKEND / "templates/admin/pagination.html"))
        self.assertIn(Text("Show all"), found)
        self.assertIn(Text("%(number)s %(name)s"), found)
        self.assertIn(Text("%(number)d time", "%(number)d times"), set(texts_of(BACKEND / "files/admin_columns.py")))
        self.assertIn(Text("Who the caller is."), set(texts_of(BACKEND / "accounts/views.py")))


class ReaderTests(TestCase):
    """What people and programs are given who ask for a language."""

    russian = Client(headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})
    english = Client(headers={"Accept-Language": "en-GB"})
    nobody = Client()

    def setUp(self) -> None:
        # A request leaves its language behind in the thread that answered it, which is the next test's too.
        self.addCleanup(deactivate)

    def log_in(self) -> None:
        editor = User.objects.create_superuser("editor")
        for client in (self.russian, self.english, self.nobody):
            client.force_login(editor)

    def test_it_works(self) -> None:
        self.assertContains(self.russian.get("/"), "Пока ничего не опубликовано.")
        self.assertContains(self.english.get("/"), "Nothing is published yet.")

    def test_the_admin(self) -> None:
        self.log_in()
        for path, russian, english in [
            ("/admin/", "Страницы и библиотека", "Pages and library"),
            ("/admin/files/mediafile/", "Библиотека пуста.", "The library is empty."),
            ("/admin/content/page/add/", "Порядок на странице", "Order on the page"),
        ]:
            with self.subTest(path):
                self.assertContains(self.russian.get(path), russian)
                self.assertContains(self.english.get(path), english)

    def test_a_problem(self) -> None:
        answer = self.russian.get("/api/page/content/", {"colour": "red"})
        self.assertEqual(answer.json()["title"], "Некорректный запрос.")
        self.assertEqual(answer.json()["errors"], {"colour": ["Такого параметра нет."]})
        self.assertEqual(answer.headers["Content-Language"], "ru")
        self.assertEqual(self.english.get("/api/files/").json()["title"], "Log in first.")
        self.assertEqual(self.russian.get("/api/files/").json()["title"], "Сначала войдите в систему.")

    def test_an_error_page(self) -> None:
        self.assertContains(
            self.russian.get("/nowhere/", headers={"Accept": "text/html"}), "На главную", status_code=404
        )

    @override_settings(LANGUAGE_CODE="ru")
    def test_a_site_in_russian(self) -> None:
        self.log_in()
        self.assertContains(self.nobody.get("/"), "Опубликованные страницы")
        self.assertContains(self.nobody.get("/admin/"), "Страницы и библиотека")
        self.assertContains(self.english.get("/"), "Published pages")
        self.assertContains(self.english.get("/admin/"), "Pages and library")

    def test_the_description_of_the_api(self) -> None:
        """Whatever is described in English is described in Russian too."""
        english, russian = (
            list(described(client.get("/swagger.json").json())) for client in (self.english, self.russian)
        )
        self.assertEqual([place for place, _text in english], [place for place, _text in russian])
        for (place, text), (_place, translated) in zip(english, russian, strict=True):
            self.assertRegex(translated, CYRILLIC, f"{place}: {text}")

    def test_every_name_in_the_admin(self) -> None:
        """Of models, columns and fields."""
        with override("ru"):
            for model, admin in site._registry.items():
                fields = [*admin.list_display, *admin.readonly_fields, *flatten_fieldsets(admin.fieldsets or ())]
                labels = [str(label_for_field(field, model, admin)) for field in fields if field != "look"]
                for name in (model._meta.verbose_name, model._meta.verbose_name_plural, *labels):
                    if name and name not in SAME_IN_RUSSIAN:
                        self.assertRegex(str(name), CYRILLIC, str(model))

    def test_our_wording_of_django(self) -> None:
        """What this project says otherwise is still what Django says."""
        with Path(admin_path[0], "locale/ru/LC_MESSAGES/django.mo").open("rb") as file:
            django = GNUTranslations(file)
        for text in wording.TEXTS:
            self.assertNotEqual(django.gettext(text), text)

    def test_sizes(self) -> None:
        with override("ru"):
            self.assertEqual([format_size(n) for n in (7, 1_500_000)], ["7 Б", "1,5 МБ"])


def described(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Summaries and descriptions, but for those that only name an HTTP status."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"summary", "description"} and isinstance(value, str) and value:
                if not _names_a_status(value):
                    yield f"{place}.{key}", value
            else:
                yield from described(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from described(value, f"{place}.{number}")


def _names_a_status(text: str) -> bool:
    return text in {status.phrase for status in HTTPStatus}
