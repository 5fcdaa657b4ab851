"""A content type is a model and a migration. The types of `content.tests.example` are nothing else."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test import SimpleTestCase
from django.test.utils import isolate_apps

from content import counters, type_json
from content.models import Content, Page
from content.registry import CONTENT_TYPES_CHOICES, content_types
from content.serializers import PageSerializer
from content.tests.example.models import PodcastContent, QuoteContent
from content.tests.visitors import LIST, VisitorTestCase, a_page, path_of, shown_counters
from files.finalize import check
from files.tests import samples
from files.tests.library import added, checked
from project.schema import SchemaGenerator, info

EVERY = ["id", "title", "counter", "order", "content_type", "is_active", "type"]
FACTS = ["mime", "size", "md5", "duration", "status"]


class ExampleTypeTests(VisitorTestCase):
    def contents(self, page: Page) -> list[dict[str, Any]]:
        answered: list[dict[str, Any]] = self.get(path_of(page)).json()["contents"]
        return answered

    def test_it_works(self) -> None:
        page = a_page(videos=0)
        sound, cover = checked(samples.mp3(), "pilot.mp3"), checked(samples.png(), "cover.png")
        PodcastContent.objects.create(
            page=page,
            title="Pilot",
            file=sound,
            cover=cover,
            season=2,
            recorded_on=dt.date(2026, 1, 31),
            price=Decimal("1.50"),
            guests=["Ann", {"name": "Bob"}],
            page_link="https://podcast.example/1",
            note="Nobody's business",
        )

        (podcast,) = self.contents(page)

        own = ["podcast_url", "season", "recorded_on", "price", "guests", "page_link", "cover_path", "podcast_path"]
        self.assertEqual(sorted(podcast), sorted([*EVERY, *own, *FACTS]))
        self.assertEqual((podcast["type"], podcast["content_type"]), ("podcast", "podcast"))
        self.assertEqual((podcast["season"], podcast["recorded_on"], podcast["price"]), (2, "2026-01-31", "1.50"))
        self.assertEqual(podcast["guests"], ["Ann", {"name": "Bob"}])
        self.assertTrue(podcast["podcast_path"].endswith(".mp3"))
        self.assertTrue(podcast["cover_path"].endswith(".png"))
        self.assertEqual((podcast["mime"], podcast["status"]), ("audio/mpeg", "Completed"))

    def test_empty_columns_are_null(self) -> None:
        page = a_page(videos=0)
        PodcastContent.objects.create(page=page, title="Pilot", url="https://podcast.example/1.mp3")

        (podcast,) = self.contents(page)

        self.assertEqual(podcast["podcast_url"], "https://podcast.example/1.mp3")
        nothing = ("podcast_path", "cover_path", "recorded_on", "price", "page_link", *FACTS)
        self.assertEqual({podcast[name] for name in nothing}, {None})

    def test_a_type_without_files(self) -> None:
        page = a_page(videos=1)
        QuoteContent.objects.create(page=page, title="To be, or not to be", said_by="Hamlet", order=5)

        _video, quote = self.contents(page)

        self.assertEqual(list(quote), [*EVERY, "said_by", *FACTS])
        self.assertEqual({quote[name] for name in FACTS}, {None})

    def test_it_is_counted_cached_filtered_and_renewed(self) -> None:
        page = a_page(videos=1)
        a_page("Other")
        cover = added(samples.png(), "cover.png")
        PodcastContent.objects.create(page=page, title="Pilot", url="https://p.example/", cover=cover, order=9)

        answers = self.visit(path_of(page), path_of(page))
        self.assertEqual([shown_counters(answer) for answer in answers], [[1, 1], [2, 2]])
        counters.flush()
        self.assertEqual(PodcastContent.objects.get().counter, 2)
        self.assertEqual(self.get(f"{LIST}?content_type=podcast").json()["count"], 1)

        check(cover.pk)

        self.assertIsNotNone(self.contents(page)[1]["cover_path"])
        PodcastContent.objects.get().delete()
        self.assertEqual(len(self.contents(page)), 1)


class RegistryTests(SimpleTestCase):
    def test_it_works(self) -> None:
        self.assertEqual(list(content_types())[:4], ["video", "audio", "image", "document"])
        self.assertEqual(content_types()["podcast"], PodcastContent)
        self.assertIn(("podcast", "podcast episode"), CONTENT_TYPES_CHOICES())

    def test_nothing_else_names_the_example_types(self) -> None:
        backend = Path(type_json.__file__).parent.parent
        sources = [path for path in backend.rglob("*.py") if "tests" not in path.parts and path.name != "conftest.py"]
        self.assertGreater(len(sources), 50)
        for source in sources:
            self.assertNotIn("podcast", source.read_text().lower(), source)

    def test_swagger_has_one_flat_content(self) -> None:
        spec = SchemaGenerator(info, url="").get_schema()
        content, page = spec["definitions"]["Content"], spec["definitions"]["Page"]

        self.assertEqual(content["type"], "object")
        self.assertEqual(set(content["required"]), set(EVERY))
        optional = set(content["properties"]) - set(EVERY)
        self.assertLessEqual({"video_path", "audio_url", "alt", "season", "cover_path", "said_by", *FACTS}, optional)
        for name in optional:
            self.assertTrue(content["properties"][name].get("x-nullable"), name)
        self.assertEqual(content["properties"]["season"]["type"], "integer")
        self.assertNotIn("note", content["properties"])
        self.assertEqual(list(page["properties"]), list(PageSerializer().fields))
        self.assertEqual(page["required"], ["id"])

    @isolate_apps("content")
    def test_two_values_cannot_share_a_key(self) -> None:
        class ClashContent(Content):
            status = models.TextField()

            class Meta:
                app_label = "content"

        with self.assertRaisesMessage(
            ImproperlyConfigured, "ClashContent: two values would share a key in JSON: status."
        ):
            type_json.type_json(ClashContent)
