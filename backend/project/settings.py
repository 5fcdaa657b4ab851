"""Every setting of Quayside, read from the environment and nowhere else.

`env.<kind>(name, default, about)` declares a setting; `docs/configuration.md` lists them all and a test
compares the two. A value that cannot be understood stops the start with a sentence that says why.
"""

import os
import secrets
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.utils.translation import gettext_lazy as _
from kombu import Queue

from core.env import Env, SettingError, load_dotenv_file
from core.logging import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
ROOT_DIR = BASE_DIR.parent
RUNSERVER = len(sys.argv) > 1 and sys.argv[1] == "runserver"


def _environment() -> dict[str, str]:
    given = os.environ.get("ENV_FILE")
    path = Path(given or ROOT_DIR / ".env")
    if given and not path.exists():
        raise SettingError(f"ENV_FILE={given} is not there.")
    return {**(load_dotenv_file(path) if path.is_file() else {}), **os.environ}


env = Env(_environment())
_SECOND = timedelta(seconds=1)

# --- Where things are -------------------------------------------------------------------------------------------
env.text("ENV_FILE", ".env", about="The file with settings in KEY=value lines; the real environment wins over it.")
DATA_DIR = (
    ROOT_DIR / env.text("DATA_DIR", "./var", about="Everything Quayside keeps: database, media, Redis.")
).resolve()
MEDIA_ROOT = DATA_DIR / "media"
INCOMING_ROOT = DATA_DIR / "incoming"
TRASH_ROOT = DATA_DIR / "trash"
try:
    for _folder in (MEDIA_ROOT, INCOMING_ROOT, TRASH_ROOT):
        _folder.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise SettingError(f"DATA_DIR={DATA_DIR} cannot be written: {error.strerror}.") from error
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = ROOT_DIR / env.text("STATIC_ROOT", "./var/static", about="Where collectstatic puts files for nginx.")
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVE_STATIC = env.flag("SERVE_STATIC", True, about="Serve /static/ from the web process; false behind nginx.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Behind nginx the names of static files carry a hash of their contents, so that browsers keep them for ever.
    "staticfiles": {
        "BACKEND": f"django.contrib.staticfiles.storage.{'' if SERVE_STATIC else 'Manifest'}StaticFilesStorage"
    },
}
X_ACCEL = env.flag("X_ACCEL", False, about="Let nginx send the bytes of files (X-Accel-Redirect).")

# --- What the site is -------------------------------------------------------------------------------------------
PRODUCTION = env.flag("PRODUCTION", False, about="Refuse to start with unsafe settings; cookies over HTTPS only.")
DEBUG = env.flag("DEBUG", False, about="Django's debug pages; refused in production.")
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000", about="Scheme and host of URLs in answers.").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise SettingError(f"PUBLIC_URL={PUBLIC_URL!r} is not a URL like https://media.example.org (no path).")
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [
    *env.names("ALLOWED_HOSTS", [_public.hostname], about="Host names this site answers to; this machine is one."),
    *_LOOPBACK,
]
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL], about="Origins whose forms are trusted.")
for _origin in CSRF_TRUSTED_ORIGINS:
    if not _origin.startswith(("http://", "https://")):
        raise SettingError(f"CSRF_TRUSTED_ORIGINS: {_origin!r} does not begin with http:// or https://.")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC", about="Time zone of the admin, an IANA name such as Asia/Krasnoyarsk.")
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", ["en", "ru"], about="Language when the browser asks for none.")
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True


def _secret_key() -> str:
    """The configured secret, or outside production one made once and kept in DATA_DIR (mode 0600)."""
    configured = env.text("SECRET_KEY", "", about="Signs sessions and tokens; required in production, 50+ characters.")
    if configured or PRODUCTION:
        return configured
    path = DATA_DIR / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(64))
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(f"DATA_DIR={DATA_DIR} cannot be written: {error.strerror}.") from error


def _write_once(path: Path, text: str) -> None:
    """Make a private file whole or not at all; of two processes that try, the first one's stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


SECRET_KEY = _secret_key()
if PRODUCTION:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise SettingError("SECRET_KEY is missing or too weak for production: set it to 50 or more random characters.")
    if DEBUG:
        raise SettingError("DEBUG must be off in production: remove it or set DEBUG=false.")
    if "*" in ALLOWED_HOSTS:
        raise SettingError("ALLOWED_HOSTS must not be * in production: list the host names of this site.")

# --- Databases --------------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgres://user:password@host:port/name?option=value`.

    A path without a slash of its own begins at the Makefile's folder.
    """
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise SettingError("DATABASE_URL names no database.")
    if parts.scheme == "sqlite":
        options = {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        path = str(ROOT_DIR / unquote(parts.path[1:]))
        # Tests use a file too: a database in memory would hide locks.
        test = {"NAME": f"{path}.test"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options, "TEST": test}
    pool = {"min_size": 1, "max_size": 20, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": pool, "connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


DATABASES = {
    "default": _database(
        env.url(
            "DATABASE_URL",
            f"sqlite:///{quote(f'{DATA_DIR}/db.sqlite3')}",
            ["sqlite:///", "postgres://", "postgresql://"],
            about="sqlite:///path or postgres://… .",
        ),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _embedded_redis_url() -> str:
    """The socket of the server that `make run` started; it leaves the address in DATA_DIR/redis/url."""
    address = DATA_DIR / "redis" / "url"
    return address.read_text().strip() if address.is_file() else f"unix://{quote(f'{DATA_DIR}/redis/redis.sock')}"


def _celery_url(url: str) -> str:
    return url.replace("unix://", "redis+socket://", 1)


_REDIS = ["redis://", "rediss://", "unix://"]
REDIS_URL = env.url(
    "REDIS_URL", _embedded_redis_url(), _REDIS, about="Redis for pages, counters, messages and live updates."
)
REDIS_PAGES_URL = env.url(
    "REDIS_PAGES_URL", REDIS_URL, _REDIS, about="Redis for page JSON and counters (volatile-lru)."
)
REDIS_BROKER_URL = env.url(
    "REDIS_BROKER_URL", REDIS_URL, _REDIS, about="Redis for Celery and live updates (noeviction)."
)

# --- The application --------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Daphne replaces Django's runserver and installs a Twisted reactor, so it is loaded for that command only.
    *(["daphne"] if RUNSERVER else []),
    "project.admin_site.QuaysideAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "adrf",
    "drf_yasg",
    "core",
    "accounts",
    "storage",
    "files",
    "uploads",
    "downloads",
    "content",
]
MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.ProblemMiddleware",
]
ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # With a timeout of redis-py's the waits of Channels break off, and before Python 3.12 a wait that is called
            # off at the moment it is sent goes on for ever (asyncio.wait_for). A dead server is found by TCP keepalive.
            "hosts": [{"address": REDIS_BROKER_URL, "socket_timeout": None}],
            "prefix": "quayside",
            "expiry": 30,
            "capacity": 500,
        },
    }
}

# --- Accounts and safety ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.ThrottledBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
# Where a login leads whose `next` is missing or another site's.
LOGIN_REDIRECT_URL = "admin:index"
REGISTRATION_ENABLED = env.flag("REGISTRATION_ENABLED", False, about="Let anyone make an account at POST /register/.")
ACCESS_TOKEN_LIFETIME = env.duration(
    "ACCESS_TOKEN_LIFETIME", timedelta(minutes=15), least=_SECOND, about="Life of an access token."
)
REFRESH_TOKEN_LIFETIME = env.duration(
    "REFRESH_TOKEN_LIFETIME", timedelta(days=7), least=_SECOND, about="Life of a refresh token."
)
if ACCESS_TOKEN_LIFETIME.total_seconds() > 15 * 60:
    raise SettingError("ACCESS_TOKEN_LIFETIME must be 15 minutes or less: a token cannot be called back.")
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
    "TOKEN_TYPE_CLAIM": "typ",
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
}
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, about="How many proxies in front add to X-Forwarded-For (nginx: 1).")
if _public.scheme == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_SSL_REDIRECT = PRODUCTION
    SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"

# --- Files ------------------------------------------------------------------------------------------------------
MAX_UPLOAD_SIZE = env.size("MAX_UPLOAD_SIZE", 5_000_000_000, least=1, about="The largest file that is taken.")
USER_QUOTA = env.size("USER_QUOTA", 0, about="Bytes one user may keep; 0 is no limit.")
MIN_FREE_SPACE = env.size("MIN_FREE_SPACE", 200_000_000, about="Uploads are refused (507) below this much free disk.")
MAX_IMAGE_PIXELS = env.number("MAX_IMAGE_PIXELS", 100_000_000, about="Larger images are refused as bombs (422).")
FILE_LEASE = env.duration(
    "FILE_LEASE",
    timedelta(seconds=60),
    least=_SECOND,
    about="How long a check may be silent before another takes over.",
)
FILE_MAX_ATTEMPTS = env.number(
    "FILE_MAX_ATTEMPTS", 5, least=1, about="Attempts at a check before a file is marked Failed."
)
# Never nothing, for a file that is being stored has no row yet.
STRAY_GRACE = env.duration(
    "STRAY_GRACE", timedelta(hours=1), least=_SECOND, about="Age at which a file without a row goes to the trash."
)
TRASH_RETENTION = env.duration(
    "TRASH_RETENTION", timedelta(hours=24), about="How long collected bytes stay in the trash."
)
FILE_UPLOAD_TEMP_DIR = str(INCOMING_ROOT)
# Every upload is spooled to a file on the media's filesystem, so that it is adopted by a link and never copied.
FILE_UPLOAD_HANDLERS = ["uploads.handlers.IncomingUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Pages ------------------------------------------------------------------------------------------------------
PAGE_CACHE_TTL = env.duration("PAGE_CACHE_TTL", timedelta(hours=24), about="How long page JSON stays in Redis.")
VIEWS_COUNT_LISTS = env.flag("VIEWS_COUNT_LISTS", True, about="Count a view of each content shown in a list too.")
VIEWS_FLUSH_INTERVAL = env.duration(
    "VIEWS_FLUSH_INTERVAL", timedelta(seconds=10), least=_SECOND, about="How often views reach the database."
)
ANON_THROTTLE = env.number(
    "ANON_THROTTLE", 0, about="Requests a minute from one address to the page API; 0 is no limit."
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.PageNumberPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "core.errors.exception_handler",
    "PAGE_SIZE": 20,
    # `?format=` is a parameter like any other that does not exist.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SWAGGER_USE_COMPAT_RENDERERS = False
SWAGGER_SETTINGS = {
    "DEFAULT_INFO": "project.schema.info",
    "DEFAULT_AUTO_SCHEMA_CLASS": "project.schema.AutoSchema",
    "DEFAULT_GENERATOR_CLASS": "project.schema.SchemaGenerator",
    "SPEC_URL": ("schema", {"format": "json"}),
    "USE_SESSION_AUTH": False,
    "SECURITY_DEFINITIONS": {
        "JWT": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": _("`JWT <token>` or `Bearer <token>`; POST /api-token-auth/ gives one."),
        }
    },
}
REDOC_SETTINGS = {"SPEC_URL": ("schema", {"format": "json"})}

# --- Background work --------------------------------------------------------------------------------------------
CELERY_BROKER_URL = _celery_url(REDIS_BROKER_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 3600
# A message is given to another worker after this long, so it must be more than twice the hard time limit.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3 * CELERY_TASK_TIME_LIMIT}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
# What the schedule sends has a queue of its own, emptied in turn with the other: it never waits behind the checks of
# ten thousand new files. A message that no worker took in ten minutes is dropped, for others like it have been sent.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("schedule")]
_SCHEDULED = {"queue": "schedule", "expires": 600}
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every, "options": _SCHEDULED}
    for name, task, every in (
        ("sweep files", "files.tasks.sweep", timedelta(seconds=30)),
        ("collect blobs", "files.tasks.collect", timedelta(minutes=5)),
        ("check storage", "files.tasks.check_storage", timedelta(minutes=5)),
        ("flush views", "content.tasks.flush_views", VIEWS_FLUSH_INTERVAL),
        ("sweep page changes", "content.tasks.sweep_page_changes", timedelta(seconds=30)),
        ("forget old tokens", "accounts.tasks.forget_old_tokens", timedelta(days=1)),
    )
}

METRICS_TOKEN = env.text("METRICS_TOKEN", "", about="Bearer token for /metrics; without one only this machine may ask.")
LOGGING = logging_config(
    env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"], about="The least level that is logged."),
    json=env.flag("LOG_JSON", PRODUCTION, about="One JSON object a line; readable lines otherwise."),
)
