"""For gunicorn. The `fill` below is called once, before."""

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def fill(pages: int) -> int:
    """Make the database with so many pages; returns the id of one of them."""
    from wagtail.documents.models import Document
    from wagtail.models import Page

    from benchmarks.wagtail_peer.models import KINDS, BenchPage

    call_command("migrate", verbosity=0)
    home = Page.objects.get(depth=2)
    documents = [
        Document.objects.create(title=f"Document {i}", file=f"documents/{i}.mp4", file_size=52_341, file_hash="0" * 40)
        for i in range(5)
    ]
    values = [{"title": "A content", "counter": 0, "is_active": True, "file": document.pk} for document in documents]
    text = "Text that an editor might have written, long enough to be one. " * 3
    for number in range(pages):
        contents = [{"type": KINDS[i % len(KINDS)], "value": value} for i, value in enumerate(values)]
        home.add_child(instance=BenchPage(title=f"Page {number}", text=text, contents=contents))
    page = BenchPage.objects.first()
    return int(page.pk) if page else 0
