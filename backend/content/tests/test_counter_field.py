"""Saving an object never writes back the views that were read with it."""

from django.test import TestCase

from content import counters
from content.models import Content, Page, VideoContent
from content.tests.visitors import a_page, a_video


class CounterFieldTests(TestCase):
    def test_it_works(self) -> None:
        page = a_page(videos=1)
        opened = Page.objects.get(), VideoContent.objects.get()
        counters.add_views({opened[1].pk: 7})

        for instance in opened:
            instance.title = "Edited"
            instance.save()

        self.assertEqual(VideoContent.objects.get().counter, 7)
        self.assertEqual(VideoContent.objects.get().title, "Edited")
        self.assertEqual(Page.objects.get(pk=page.pk).views, 7)

    def test_a_new_object_begins_with_its_own_number(self) -> None:
        video = a_video(a_page(videos=0), counter=5)

        self.assertEqual(VideoContent.objects.get(pk=video.pk).counter, 5)

    def test_a_content_loaded_as_such_keeps_its_type(self) -> None:
        video = a_video(a_page(videos=0))
        base = Content.objects.get(pk=video.pk)
        base.title = "Edited"
        base.save()

        self.assertEqual(VideoContent.objects.get().content_type, "video")
        self.assertEqual(VideoContent.objects.get().title, "Edited")
