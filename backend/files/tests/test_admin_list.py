"""/admin/files/mediafile/ — the library's list."""

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from core import admin_lists
from files import finalize
from files.models import MediaFile
from files.tests.editors import LIST, EditorTestCase, an_editor
from files.tests.library import added, checked
from files.tests.samples import mp3, mp4, png
from files.usage import using_fields
from storage import incoming


class ListTests(EditorTestCase):
    def names(self, **filters: str) -> list[str]:
        return [file.name for file in self.client.get(LIST, filters).context["cl"].result_list]

    def test_it_works(self) -> None:
        checked(png(), "harbour.png")
        page = self.client.get(LIST)
        self.assertContains(page, "harbour.png")
        self.assertContains(page, "status-completed")
        self.assertContains(page, "/thumbnail/small/")

    def test_the_queries_do_not_grow_with_the_files(self) -> None:
        first = checked(mp4(), "0.mp4")
        queries = 5 + len(using_fields())
        with self.assertNumQueries(queries):
            self.client.get(LIST)
        for number in range(1, 12):
            checked(mp4(), f"copy {number}.mp4")
            checked(mp4(seconds=number), f"version {number}.mp4", version_of=first)
        with self.assertNumQueries(queries):
            self.client.get(LIST)

    @pytest.mark.sqlite
    def test_every_list_is_counted_from_an_index_alone(self) -> None:
        """What makes the first page with a million files as quick as with twenty."""
        checked(mp4(), "clip.mp4")
        ways = {"": "newest", "status__exact=Completed": "status", "kind__exact=video": "kind", "letter=C": "letter"}
        for filters, index in {**ways, "trash=yes": "trash"}.items():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"{LIST}?{filters}")
            (count,) = [query["sql"] for query in queries if "COUNT(*) FROM" in query["sql"]]
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {count}")
                plan = [step[3] for step in cursor.fetchall()]
            with self.subTest(filters):
                self.assertTrue(any(f"COVERING INDEX file_{index}" in step for step in plan), plan)

    def test_the_newest_file_comes_first(self) -> None:
        for name in ("a.mp4", "b.mp4"):
            added(mp4(), name)
        self.assertEqual(self.names(), ["b.mp4", "a.mp4"])
        self.assertEqual(self.names(o="2"), ["a.mp4", "b.mp4"])

    def test_status_and_kind(self) -> None:
        checked(mp4(), "done.mp4")
        added(mp3(), "waiting.mp3")
        self.assertEqual(self.names(status__exact="Pending"), ["waiting.mp3"])
        self.assertEqual(self.names(kind__exact="video"), ["done.mp4"])

    def test_duplicates(self) -> None:
        checked(mp4(), "first.mp4")
        checked(mp4(), "again.mp4")
        page = self.client.get(LIST, {"same": "yes"})
        self.assertEqual([file.name for file in page.context["cl"].result_list], ["again.mp4"])
        self.assertContains(page, 'same as <a href="')

    def test_letters_of_both_alphabets_in_either_case(self) -> None:
        for name in ("anchor.mp4", "Étoile.mp4", "якорь.mp4", "Ёлка.mp4", "7 seas.mp4", "— dash.mp4"):
            added(mp4(), name)
        for letter, expected in {
            "A": ["anchor.mp4"],
            "E": ["Étoile.mp4"],
            "Я": ["якорь.mp4"],
            "Ё": ["Ёлка.mp4"],
            "0": ["7 seas.mp4"],
            "#": ["— dash.mp4"],
            "B": [],
        }.items():
            self.assertEqual(self.names(letter=letter), expected, letter)

    def test_the_trash_is_a_place_of_its_own(self) -> None:
        kept, trashed = added(mp4(), "kept.mp4"), added(mp4(), "trashed.mp4")
        self.act("trash_selected", trashed)
        self.assertEqual(self.names(), [kept.name])
        self.assertEqual(self.names(trash="yes"), [trashed.name])

    def test_search_finds_any_case_of_any_script(self) -> None:
        for name in ("Отпуск у моря.mp4", "HOLIDAY.mp4"):
            added(mp4(), name)
        for term, expected in {
            "отпуск": 1,
            "ОТПУСК": 1,
            "Моря отпуск": 1,
            "holiday": 1,
            "Holi": 1,
            "mp4": 2,
            "zz": 0,
            "%": 0,
        }.items():
            self.assertEqual(len(self.names(q=term)), expected, term)

    def test_the_reason_of_a_failure_and_a_retry(self) -> None:
        file = added(mp4(), "lost.mp4")
        incoming.discard(file.incoming)
        finalize.check(file.pk)
        page = self.client.get(LIST)
        self.assertContains(page, "please upload the file again. (attempt 1)")
        self.assertContains(page, f'formaction="/admin/files/mediafile/{file.pk}/retry/"')

    def test_names_are_escaped(self) -> None:
        name = "<script>alert(1)</script>' \"onclick=x.mp4"
        file = checked(mp4(), name)
        checked(mp4(), "again.mp4")
        for url in (LIST, f"{LIST}{file.pk}/change/", f"{LIST}{file.pk}/delete/", f"{LIST}?q={name}"):
            page = self.client.get(url)
            self.assertNotContains(page, "<script>alert")
            self.assertContains(page, escape(file.name))

    def test_an_empty_library_says_what_to_do(self) -> None:
        self.assertContains(self.client.get(LIST), "The library is empty.")
        self.assertContains(self.client.get(LIST, {"q": "x"}), "No file matches.")

    def test_counting_stops(self) -> None:
        for number in range(4):
            added(mp4(), f"{number}.mp4")
        self.addCleanup(setattr, admin_lists, "COUNT_AT_MOST", admin_lists.COUNT_AT_MOST)
        admin_lists.COUNT_AT_MOST = 3
        self.assertContains(self.client.get(LIST), "3+ files")

    def test_versions_are_told_apart(self) -> None:
        first = checked(mp4(), "clip.mp4")
        checked(mp4(seconds=3), "clip.mp4", version_of=first)
        page = self.client.get(LIST)
        self.assertContains(page, "version 1 of 2")
        self.assertContains(page, "version 2 of 2")

    @override_settings(LANGUAGE_CODE="en")
    def test_who_may_look(self) -> None:
        added(mp4(), "clip.mp4")
        self.client.force_login(an_editor("nobody"))
        self.assertEqual(self.client.get(LIST).status_code, 403)
        self.client.force_login(an_editor("viewer", "view_mediafile"))
        page = self.client.get(LIST)
        self.assertContains(page, "clip.mp4")
        for action in ("retry_selected", "trash_selected", "restore_selected", "delete_selected"):
            self.assertNotContains(page, action)
        self.assertEqual(MediaFile.objects.count(), 1)
