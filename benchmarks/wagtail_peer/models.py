"""A page with a text and a stream of contents."""

from django.db import models
from wagtail.api import APIField
from wagtail.blocks import CharBlock, FloatBlock, IntegerBlock, StructBlock, URLBlock
from wagtail.fields import StreamField
from wagtail.models import Page

FILE = [("url", URLBlock()), ("mime", CharBlock()), ("size", IntegerBlock()), ("md5", CharBlock())]
CONTENT = [("title", CharBlock()), ("counter", IntegerBlock()), ("duration", FloatBlock()), ("file", StructBlock(FILE))]
KINDS = ("video", "audio", "image", "document")


class BenchPage(Page):
    text = models.TextField()
    contents = StreamField([(kind, StructBlock(CONTENT)) for kind in KINDS])

    api_fields = (APIField("text"), APIField("contents"))
