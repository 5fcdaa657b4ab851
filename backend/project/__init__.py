"""The composition root: settings, URLs, the ASGI application, Celery and the launcher.

It wires the apps together and holds no rule of its own. No app may import it.
"""

import sys
from types import TracebackType

from core.env import SettingError
from project.celery import app as celery_app

__all__ = ["celery_app"]


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A setting that is wrong ends any program with its sentence alone, without the way to it."""
    if isinstance(error, SettingError):
        print(f"Quayside cannot start: {error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say
