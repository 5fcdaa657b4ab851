"""Saves a page again and again, and prints after each commit what was written and when (seconds, monotonic clock).

`python editor_steps.py PAGE_ID TIMES`
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

import django

django.setup()

from content.models import Page

page_id, times = int(sys.argv[1]), int(sys.argv[2])
for number in range(1, times + 1):
    page = Page.objects.get(pk=page_id)
    page.title = str(number)
    page.save()
    print(number, time.monotonic(), flush=True)
