"""Django settings: thin, because what may vary is said in `config.py`."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ImproperlyConfigured

from rounds.kit import addresses, keys
from rounds.project.config import ROOT, NotConfigured, anchors, keyring, read, statements
from rounds.project.databases import database
from rounds.project.mail import mail_drop

try:
    CONFIG = read()
except NotConfigured as wrong:
    raise ImproperlyConfigured(f"Rounds does not start like this. {wrong}") from None

PRODUCTION = CONFIG.mode == "production"
keys.use(keyring(CONFIG), make=not PRODUCTION)
addresses.use(CONFIG.proxies)
ANCHOR_DIR = anchors(CONFIG)
STATEMENTS_DIR = statements(CONFIG)

PACKAGE = ROOT / "src" / "rounds"
DEBUG = False
# Outside production a key derived from the checkout's place keeps sessions over restarts and is never shared.
SECRET_KEY = CONFIG.secret_key or hashlib.sha256(f"rounds:{ROOT}".encode()).hexdigest()
ALLOWED_HOSTS = CONFIG.hosts
ROOT_URLCONF = "rounds.project.urls"
WSGI_APPLICATION = "rounds.project.wsgi.application"
AUTH_USER_MODEL = "rounds.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "rounds.project.apps.RoundsConfig",
]

MIDDLEWARE = [
    "rounds.web.middleware.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rounds.web.middleware.sight.SightMiddleware",
    "rounds.web.middleware.zones.ZoneMiddleware",
    "rounds.web.middleware.sessions.SessionMiddleware",
    "rounds.web.middleware.text_door.TextDoorMiddleware",
    "rounds.web.middleware.refusals.RefusalsMiddleware",
    "rounds.web.middleware.audience.AudienceMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "rounds.web.context.shell",
            ],
            "libraries": {name: f"rounds.web.templatetags.{name}" for name in ("deal", "deals", "desk", "look", "mail", "meetings", "numbers", "own", "paper", "prices", "proofs", "told", "trust", "twice")},
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.static",
                "django.contrib.humanize.templatetags.humanize",
                "rounds.web.templatetags.look",
            ],
        },
    }
]
COTTON_DIR = "cotton"
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees its attributes and the shell, never the page around it

DATABASES = {"default": database(CONFIG)}
MIGRATION_MODULES = {"rounds": "rounds.models.migrations"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
PROCRASTINATE_IMPORT_PATHS = ["rounds.jobs.tasks"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Who access/sign_in.yaml names needs a second factor; trying out and tests ask for none unless they are told to.
SECOND_FACTOR_ASKED = CONFIG.second_factor == "policy" and CONFIG.mode not in ("demo", "test")
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = CONFIG.static_dir or ROOT / "var" / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 31_536_000 if PRODUCTION else 60
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

SESSION_ENGINE = "rounds.actions.people.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # the cookie outlives the session: the playbook ends it, on the server
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:  # __Host-: a browser takes it from this host alone, over TLS, for all paths; no neighbour can plant one
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rounds.web.errors.forged"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.behind_tls_proxy else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # whoever asks whether we live asks on the machine itself
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
MAIL_DROP = mail_drop(CONFIG)
MAIL = "smtp" if CONFIG.smtp_host else "drop" if MAIL_DROP else ""  # "" sends no mail at all
OUTBOUND_ALLOW = frozenset(CONFIG.outbound_allow)
APPEND_SLASH = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "rounds.kit.logs.OneLine", "format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
