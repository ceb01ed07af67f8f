"""Django's settings, read from the environment once."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from visionapp.config import env, logs, sqlite

sqlite.use_pysqlite3()
os.umask(0o077)  # whatever a process of ours writes is for this user alone

BASE_DIR = Path(__file__).resolve().parents[2]
DATA = env.data_folder(BASE_DIR)
ACCOUNTS = env.accounts()

SECRET_KEY = env.secret_key(DATA, ACCOUNTS)
ALLOWED_HOSTS = env.allowed_hosts(ACCOUNTS)
DEBUG = False

ANTHROPIC_API_KEY = env.api_key()
ANTHROPIC_BASE_URL = env.web_url("ANTHROPIC_BASE_URL")
DEMO = not (ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "visionapp.config.static.StaticConfig",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "ninja",
    "visionapp.relay",
    "visionapp.uploads",
    "visionapp.conversations",
    "visionapp.web",
    "visionapp.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before all that asks for a host name or a person: probes come by address, and as nobody.
    "visionapp.web.pages.health.answer_probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "visionapp.web.identity.identify_person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "visionapp.web.pages.errors.answer_refusals",
]
ROOT_URLCONF = "visionapp.config.urls"
ASGI_APPLICATION = "visionapp.config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visionapp.web.pages.frame.frame",
            ],
        },
    },
]

DATABASES = {"default": env.database(DATA)}
OWN_DATABASE = not env.text("DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files: what people send, and the pages' own.
env.refuse_storage_url()
MEDIA_ROOT = DATA / "files"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "visionapp.config.static.HashedStorage"},
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGE_LIMIT: int | None = env.storage_limit()
DATA_UPLOAD_MAX_NUMBER_FILES = 1
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# People and what their browsers may do.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "new"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "visionapp.web.pages.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
if ACCOUNTS == "required":
    # Sign-in travels over TLS, which a proxy in front ends; see README, "One server".
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]

# Whether all of a host's pages are TLS only is for the proxy to say: it redirects, and sets HSTS.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
LOGGING = logs.CONFIG

# Celery: the database is the truth, a message only wakes a worker, leases do the rest.
QUEUE_FOLDER = DATA / "queue"
CELERY_BROKER_URL = env.broker_url() or "embedded://localhost//"
if CELERY_BROKER_URL.startswith("embedded:"):
    for _folder in (QUEUE_FOLDER, QUEUE_FOLDER / "messages", QUEUE_FOLDER / "control"):
        _folder.mkdir(mode=0o700, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_FOLDER / "messages"),
        "data_folder_out": str(QUEUE_FOLDER / "messages"),
        "control_folder": str(QUEUE_FOLDER / "control"),
        "polling_interval": 0.02,
    }
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "visionapp.config.schedule:InPlace"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "visionapp.analysis.tasks.sweep", "schedule": timedelta(seconds=3)},
    "forget-old-logs": {
        "task": "visionapp.analysis.tasks.forget_old_logs",
        "schedule": timedelta(minutes=10),
    },
    "refresh-models": {
        "task": "visionapp.analysis.tasks.refresh_models",
        "schedule": timedelta(hours=6),
    },
    "tidy": {
        # Asked each minute, done each hour: the first time soon after a start, never at it.
        "task": "visionapp.analysis.tasks.tidy_when_due",
        "schedule": timedelta(minutes=1),
    },
}
WAKE_FOLDER = DATA / "watchers"
WAKE_FOLDER.mkdir(mode=0o700, exist_ok=True)
