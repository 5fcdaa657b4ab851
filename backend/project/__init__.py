"""The composition root: settings, URLs, the ASGI application, Celery and the launcher.

It wires the apps together and holds no rule of its own. No app may import it.
"""

from project.celery import app as celery_app

__all__ = ["celery_app"]
