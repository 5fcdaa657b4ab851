"""What the demo consists of. A file is named by its source in `media/` and by the name under which it is uploaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.models import AudioContent, Content, DocumentContent, ImageContent, VideoContent


@dataclass(frozen=True)
class DemoContent:
    model: type[Content]
    files: Mapping[str, tuple[str, str]]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class DemoPage:
    title: str
    text: str
    contents: Sequence[DemoContent] = field(default_factory=tuple)
    is_published: bool = True


PAGES: Sequence[DemoPage] = (
    DemoPage(
        title="Night on the mole",
        text="A draft: only staff see it. Publish it in the admin and it joins the front page and the API.",
        is_published=False,
        contents=(DemoContent(VideoContent, {"file": ("night.webm", "night.webm")}, {"title": "Moonrise"}),),
    ),
    DemoPage(
        title="The sound of the harbour",
        text="Names keep their letters: one of these recordings is called «Колокол у причала.mp3».",
        contents=(
            DemoContent(
                AudioContent,
                {"file": ("bell.mp3", "Колокол у причала.mp3")},
                {"title": "The bell at the pier", "text": "Three strokes of the bell at noon."},
            ),
            DemoContent(AudioContent, {"file": ("horn.ogg", "foghorn.ogg")}, {"title": "The foghorn"}),
            DemoContent(
                DocumentContent, {"file": ("timetable.pdf", "timetable.pdf")}, {"title": "Timetable of the day"}
            ),
        ),
    ),
    DemoPage(
        title="Morning at the quay",
        text="Ten seconds of film with subtitles, and a picture.",
        contents=(
            DemoContent(
                VideoContent,
                {"file": ("harbour.mp4", "harbour.mp4"), "subtitles": ("harbour.vtt", "harbour.vtt")},
                {"title": "A ship comes in"},
            ),
            DemoContent(
                ImageContent,
                {"file": ("quay.jpg", "quay.jpg")},
                {"title": "The crane", "alt": "A cargo ship passes a crane on the quay at sunrise."},
            ),
        ),
    ),
    DemoPage(
        title="Every file is stored once",
        text=(
            "The film of the page below was uploaded a second time under another name. The background check found "
            "the same bytes and linked them to the stored file: two names in the library, one file on disk."
        ),
        contents=(
            DemoContent(
                ImageContent,
                {"file": ("once.png", "stored-once.png")},
                {"title": "How a duplicate is found", "alt": "Two uploads meet in the check and become one file."},
            ),
            DemoContent(VideoContent, {"file": ("harbour.mp4", "film (copy).mp4")}, {"title": "The same film again"}),
        ),
    ),
)
