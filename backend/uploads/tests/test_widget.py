"""The control: plain HTML that works without JavaScript."""

from typing import Any

from django.test import TestCase
from django.utils.html import escape

from files.tests.library import added, checked, someone
from files.tests.samples import mp3, mp4, png
from uploads.tests.speakers import TitleForm


class WidgetTests(TestCase):
    def setUp(self) -> None:
        self.owner = someone()

    def html(self, field: str = "sound", **initial: Any) -> str:
        return str(TitleForm(initial=initial, owner=self.owner)[field])

    def test_it_works(self) -> None:
        html = self.html()
        self.assertIn('type="file"', html)
        self.assertIn('name="sound-library"', html)
        self.assertIn('accept=".mp3,', html)
        self.assertNotIn(".mp4", html)
        self.assertNotIn("sound-clear", html)
        self.assertTrue(TitleForm(owner=self.owner).is_multipart())

    def test_the_present_file(self) -> None:
        file = checked(mp3(), "sound.mp3", self.owner)
        html = self.html(sound=file)
        self.assertInHTML(f'<a class="async-file-name" href="{file.url}">sound.mp3</a>', html)
        self.assertIn("Completed", html)
        self.assertIn('name="sound-clear"', html)

    def test_what_must_be_there_cannot_be_removed(self) -> None:
        html = self.html("picture", picture=checked(png(), "face.png", self.owner))
        self.assertNotIn("picture-clear", html)

    def test_while_the_check_runs(self) -> None:
        html = self.html(sound=added(mp3(), "sound.mp3", self.owner))
        self.assertIn("Pending", html)
        self.assertInHTML('<span class="async-file-name">sound.mp3</span>', html)

    def test_the_newest_files_of_the_kind_are_offered(self) -> None:
        mine = checked(mp3(), "mine.mp3", self.owner)
        checked(mp3(50), "theirs.mp3", someone("other"))
        checked(mp4(), "film.mp4", self.owner)
        html = self.html()
        self.assertIn(f'<option value="{mine.pk}">mine.mp3</option>', html)
        self.assertNotIn("theirs.mp3", html)
        self.assertNotIn("film.mp4", html)

    def test_as_many_as_a_select_can_show(self) -> None:
        for number in range(55):
            added(mp3(), f"{number}.mp3", self.owner)
        html = self.html()
        self.assertEqual(html.count("<option"), 51)
        self.assertIn(">54.mp3<", html)

    def test_names_are_escaped(self) -> None:
        name = '"><script>alert(1)</script>.mp3'
        file = checked(mp3(), name, self.owner)
        html = self.html(sound=file)
        self.assertNotIn("<script>", html)
        self.assertIn(escape(file.name), html)
