"""Reads the environment, and refuses with a sentence what makes no sense."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from visionapp.web.loopback import is_loopback

Accounts = Literal["single", "required"]

SHORTEST_KEY = 32
"""Characters."""
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

_read = environ.Env()


def text(name: str) -> str:
    """Return the variable without surrounding blanks; empty when it is not set."""
    return str(_read.str(name, default="")).strip()


def data_folder(base: Path) -> Path:
    """Return ``VISIONAPP_DATA`` as an absolute folder that exists and only its owner can read."""
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


def web_url(name: str) -> str:
    """Return an ``http(s)://`` address, or an empty string when it is not set."""
    raw = text(name)
    if raw and (urlsplit(raw).scheme not in {"http", "https"} or not urlsplit(raw).hostname):
        raise ImproperlyConfigured(f"{name}={raw!r} is not an http:// or https:// address.")
    return raw


def broker_url() -> str:
    """Return Celery's broker, or an empty string for the embedded queue."""
    for name in ("VISIONAPP_BROKER_URL", "REDIS_URL"):
        if raw := text(name):
            if urlsplit(raw).scheme not in {"redis", "rediss", "amqp", "amqps"}:
                raise ImproperlyConfigured(
                    # The address itself may hold a password.
                    f"{name} is not a redis://, rediss://, amqp:// or amqps:// address."
                )
            return raw
    return ""


def refuse_storage_url() -> None:
    """Pictures are kept in VISIONAPP_DATA; another storage is refused rather than ignored."""
    if raw := text("VISIONAPP_STORAGE_URL"):
        raise ImproperlyConfigured(
            f"VISIONAPP_STORAGE_URL={raw!r}: this version keeps pictures as files in "
            "VISIONAPP_DATA only. Unset it."
        )
