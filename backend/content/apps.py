from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        # Models are not loaded yet when this module is imported.
        from content import figures, invalidation
        from core import metrics

        invalidation.connect()
        metrics.register_gauges(figures.gauges)
