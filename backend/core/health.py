"""A registry of what must work before the site is ready; the apps and the project fill it."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
OK = "ok"
_checks: dict[str, Callable[[], None]] = {}


class Unhealthy(Exception):
    """Raised by a check; the text says what is missing."""


def register(name: str, check: Callable[[], None]) -> None:
    """`check()` returns when all is well and raises Unhealthy otherwise."""
    _checks[name] = check


def run_checks() -> dict[str, str]:
    """The result of each check by its name: `ok`, or what is missing."""
    return {name: _result(name, check) for name, check in _checks.items()}


def _result(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Unhealthy as reason:
        return str(reason)
    except Exception as error:
        # A check may fail in ways of its own; readiness must still name it, and the log keeps what happened.
        log.exception("the health check %s failed", name)
        return type(error).__name__
    return OK
