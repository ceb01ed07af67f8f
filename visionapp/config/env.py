"""Reads the environment, and refuses with a sentence what makes no sense."""

import fcntl
import os
import re
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from visionapp.config import sqlite
from visionapp.web.loopback import is_loopback

Accounts = Literal["single", "required"]

SHORTEST_KEY = 32
"""Characters."""
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?(MB|GB|TB)", re.ASCII | re.IGNORECASE)
BYTES = {"MB": 2**20, "GB": 2**30, "TB": 2**40}
SQLITE_FILE = "visionapp.sqlite3"


def text(name: str) -> str:
    """Return the variable without surrounding blanks; empty when it is not set."""
    return os.environ.get(name, "").strip()


def data_folder(base: Path) -> Path:
    """Return ``VISIONAPP_DATA`` as an absolute folder that exists, made for this user alone.

    A folder that was there keeps its mode, it may be shared for a reason; what is made in it is
    private all the same, by the umask and by :func:`database`.
    """
    folder = Path(text("VISIONAPP_DATA") or base / "var").expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise ImproperlyConfigured(
            f"VISIONAPP_DATA={folder} cannot be made a folder: {failure.strerror}."
        ) from failure
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"VISIONAPP_DATA={folder} is not writable.")
    return folder


def accounts() -> Accounts:
    """Return how people are known: one local person, or everybody signs in."""
    raw = text("VISIONAPP_ACCOUNTS") or "single"
    if raw == "single":
        return "single"
    if raw == "required":
        return "required"
    raise ImproperlyConfigured(f"VISIONAPP_ACCOUNTS={raw!r} is neither 'single' nor 'required'.")


def secret_key(folder: Path, mode: Accounts) -> str:
    """Return the signing key: the variable's, or in ``single`` mode one made once and kept."""
    given = text("VISIONAPP_SECRET_KEY")
    if given:
        if len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"VISIONAPP_SECRET_KEY must have at least {SHORTEST_KEY} characters."
            )
        return given
    if mode == "required":
        raise ImproperlyConfigured(
            "VISIONAPP_SECRET_KEY must be set when VISIONAPP_ACCOUNTS=required."
        )
    return _kept_secret(folder / "secret_key")


def _kept_secret(path: Path) -> str:
    """Read the secret, or make it; processes that start at once wait for the first of them."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read().strip()
        if not kept:
            kept = secrets.token_urlsafe(50)
            file.write(kept)
    if len(kept) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"{path} holds no key; delete it to have a new one made.")
    return kept


def allowed_hosts(mode: Accounts) -> list[str]:
    """Return the host names that requests may carry; only loopback names in ``single`` mode."""
    names = [name.strip() for name in text("VISIONAPP_ALLOWED_HOSTS").split(",") if name.strip()]
    if mode == "single":
        if strangers := [name for name in names if not is_loopback(name)]:
            raise ImproperlyConfigured(
                f"VISIONAPP_ALLOWED_HOSTS={','.join(strangers)} needs "
                "VISIONAPP_ACCOUNTS=required: without sign-in, only this machine may connect."
            )
        return LOOPBACK_HOSTS
    if not names or "*" in names:
        raise ImproperlyConfigured(
            "VISIONAPP_ALLOWED_HOSTS must list the host names of this server, separated by "
            "commas, when VISIONAPP_ACCOUNTS=required."
        )
    return names


def api_key() -> str:
    """Return Claude's key, or an empty string; a header carries it, so it must be plain."""
    raw = text("ANTHROPIC_API_KEY")
    if not (raw.isascii() and raw.isprintable()):
        raise ImproperlyConfigured(
            "ANTHROPIC_API_KEY holds a character that no key has. Copy it again."
        )
    return raw


def web_url(name: str) -> str:
    """Return an ``http(s)://`` address, or an empty string when it is not set."""
    raw = text(name)
    if raw:
        parts = _parts_of(name, raw, "an http:// or https://")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise _no_address(name, "an http:// or https://")
    return raw


def database(folder: Path) -> dict[str, Any]:
    """Return Django's description of the database: ``DATABASE_URL``, or a file in the folder."""
    raw = text("DATABASE_URL")
    if not raw:
        return _sqlite(folder / SQLITE_FILE)
    kinds = "a postgres:// or sqlite:///"
    scheme = _parts_of("DATABASE_URL", raw, kinds).scheme
    if scheme not in {"postgres", "postgresql", "sqlite"}:
        raise _no_address("DATABASE_URL", kinds)
    if scheme == "sqlite":
        return _sqlite(_file_of(raw))
    described: dict[str, Any] = environ.Env.db_url_config(raw)
    if not described["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_URL names no database; end it with one: postgres://user:password@host/name."
        )
    _need("psycopg", "DATABASE_URL", "psycopg[binary]")
    return described


def _file_of(address: str) -> Path:
    """Return the file; processes with other working folders share it, so its path is absolute."""
    parts = urlsplit(address)
    file = Path(unquote(parts.path)[1:])
    if parts.netloc or not file.is_absolute():
        raise ImproperlyConfigured(
            "DATABASE_URL names no file by its whole path, as in sqlite:////folder/file."
        )
    return file


def _sqlite(file: Path) -> dict[str, Any]:
    """Describe a file of SQLite; files that an earlier start left readable become private."""
    for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        with suppress(FileNotFoundError, PermissionError):
            each.chmod(0o600)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": sqlite.OPTIONS,
    }


def broker_url() -> str:
    """Return Celery's broker, or an empty string for the embedded queue."""
    kinds = "a redis://, rediss://, amqp:// or amqps://"
    for name in ("VISIONAPP_BROKER_URL", "REDIS_URL"):
        if raw := text(name):
            scheme = _parts_of(name, raw, kinds).scheme
            if scheme not in {"redis", "rediss", "amqp", "amqps"}:
                raise _no_address(name, kinds)
            if scheme.startswith("redis"):
                _need("redis", name, "redis")
            return raw
    return ""


def refuse_storage_url() -> None:
    """Pictures are kept in VISIONAPP_DATA; another storage is refused rather than ignored."""
    if text("VISIONAPP_STORAGE_URL"):
        raise ImproperlyConfigured(
            "VISIONAPP_STORAGE_URL is set, but this version keeps pictures as files in "
            "VISIONAPP_DATA only. Unset it."
        )


def storage_limit() -> int | None:
    """Return the bytes that may be kept for one person; None for any number."""
    raw = text("VISIONAPP_STORAGE_LIMIT") or "10 GB"
    if raw.lower() == "none":
        return None
    size = SIZE.fullmatch(raw)
    limit = int(float(size[1]) * BYTES[size[2].upper()]) if size else 0
    if limit < BYTES["MB"]:
        raise ImproperlyConfigured(
            f"VISIONAPP_STORAGE_LIMIT={raw!r} is neither a size such as '500 MB' or '10 GB' "
            "nor 'none'."
        )
    return limit


def _parts_of(name: str, raw: str, kinds: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        parts.port  # noqa: B018 - read here because it refuses what is no number
    except ValueError as failure:
        raise _no_address(name, kinds) from failure
    return parts


def _no_address(name: str, kinds: str) -> ImproperlyConfigured:
    """Return a refusal that does not repeat the address: it may hold a password."""
    return ImproperlyConfigured(f"{name} is not {kinds} address.")


def _need(module: str, name: str, package: str) -> None:
    if find_spec(module) is None:
        raise ImproperlyConfigured(
            f"{name} needs the package {module}. Install it: .venv/bin/pip install '{package}'"
        )
