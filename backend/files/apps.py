from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Library")

    def ready(self) -> None:
        # Models are not loaded yet when this module is imported.
        from core import metrics
        from files import figures, keeper, live, signals
        from storage import incoming

        signals.files_changed.connect(live.on_files_changed, dispatch_uid="files.live")
        incoming.register_keeper(keeper.wanted)
        metrics.register_gauges(figures.gauges)
