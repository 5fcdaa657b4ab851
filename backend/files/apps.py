from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Library")

    def ready(self) -> None:
        from storage import incoming  # noqa: PLC0415 - models are not loaded when this module is

        from files import keeper  # noqa: PLC0415

        incoming.register_keeper(keeper.wanted)
