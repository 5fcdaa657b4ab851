"""`manage.py load_demo`: a few pages to look at, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from content.demo.loading import load


class Command(BaseCommand):
    help = "Load a few pages with small media, once; they belong to the first administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if owner is None:
            raise CommandError("The demo needs an owner: make an administrator with `manage.py createsuperuser`.")
        count = load(owner)
        self.stdout.write(
            f"{count} pages loaded." if count else "Nothing to do: the demo was loaded, or there are pages."
        )
