import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="BenchPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "contents",
                    wagtail.fields.StreamField(
                        [("video", 5), ("audio", 5), ("image", 5), ("document", 5)],
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {}),
                            1: ("wagtail.blocks.IntegerBlock", (), {}),
                            2: ("wagtail.blocks.FloatBlock", (), {}),
                            3: ("wagtail.blocks.URLBlock", (), {}),
                            4: ("wagtail.blocks.StructBlock", [[("url", 3), ("mime", 0), ("size", 1), ("md5", 0)]], {}),
                            5: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 0), ("counter", 1), ("duration", 2), ("file", 4)]],
                                {},
                            ),
                        },
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
    ]
