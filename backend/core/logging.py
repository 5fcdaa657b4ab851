"""How the log looks: lines for people in development, JSON objects in production."""

import logging
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class ContextFilter(logging.Filter):
    """Puts `request_id` and `file_id` on every record, so that both formats may rely on them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        if not hasattr(record, "file_id"):
            record.file_id = "-"
        return True


def logging_config(level: str, *, json: bool) -> dict[str, Any]:
    """Django's LOGGING. `level` is the least level logged."""
    fields = "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(file_id)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": ContextFilter}},
        "formatters": {
            "lines": {"format": "%(asctime)s %(levelname)-7s %(name)s [%(request_id)s] %(message)s"},
            "json": {"()": "pythonjsonlogger.json.JsonFormatter", "fmt": fields},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["context"],
                "formatter": "json" if json else "lines",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"django": {"handlers": [], "propagate": True, "level": level}},
    }
