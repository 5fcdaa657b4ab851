"""What `make run` does to the database before anything serves from it: `python -m project.prepare`."""

import os
import secrets
import sys

import django


def main() -> int:
    """0, or 1 after one sentence on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.core.exceptions import ValidationError
    from django.db import Error as DatabaseError
    from redis.exceptions import RedisError

    try:
        forget_worker()
        migrate()
        make_administrator()
    except RedisError as error:
        return _say(f"Redis cannot be used: {error}")
    except DatabaseError as error:
        return _say(f"the database cannot be used: {error}")
    except ValidationError as error:
        return _say(f"ADMIN_USERNAME: {' '.join(error.messages)}")
    return 0


def _say(sentence: str) -> int:
    print(f"Quayside: {sentence.splitlines()[0]}", file=sys.stderr)
    return 1


def forget_worker() -> None:
    """Remove the sign of life that a killed worker of this machine has left: the site is ready with a new one."""
    from celery.utils.nodenames import default_nodename

    from core import checks, heartbeat

    checks.redis()
    heartbeat.stop(default_nodename(""))


def migrate() -> None:
    """Apply the migrations that are not; when all are, this is one query."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def make_administrator() -> None:
    """Make ADMIN_USERNAME's account when there is none of that name; one that exists is never changed."""
    from accounts.models import User

    name = os.environ.get("ADMIN_USERNAME") or "admin"
    if User.objects.filter(username__iexact=name).exists():
        return
    password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(12)
    user = User(username=User.normalize_username(name), is_staff=True, is_superuser=True)
    user.set_password(password)
    user.full_clean()
    user.save()
    if not os.environ.get("ADMIN_PASSWORD"):
        print(f"Administrator: {name}, password: {password} (shown this once)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
