"""A page with a text and a stream of contents, each with a document of the library."""

from typing import Any

from django.db import models
from wagtail.api import APIField
from wagtail.blocks import BooleanBlock, CharBlock, IntegerBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page


class FileBlock(DocumentChooserBlock):
    """Shows what a front end needs of the document; of itself Wagtail shows its id."""

    def get_api_representation(self, value: Any, context: Any = None) -> Any:
        return value and {"id": value.pk, "url": value.url, "size": value.file_size, "hash": value.file_hash}


CONTENT = [("title", CharBlock()), ("counter", IntegerBlock()), ("is_active", BooleanBlock()), ("file", FileBlock())]
KINDS = ("video", "audio", "image", "document")


class BenchPage(Page):
    text = models.TextField()
    contents = StreamField([(kind, StructBlock(CONTENT)) for kind in KINDS])

    api_fields = (APIField("text"), APIField("contents"))
