"""Health: alive, and ready with each part named in words."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from visionapp.conversations import pulse
from visionapp.web.models import ApiToken
from visionapp.web.policy import open_to_all


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive; touches nothing else."""
    del request
    return JsonResponse({"status": "alive"})


@open_to_all
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 if every part works, else 503; says of each part how it is."""
    del request
    parts = {name: check() for name, check in PARTS.items()}
    ready = all(word == "ok" for word in parts.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "parts": parts},
        status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def _database() -> str:
    try:
        ApiToken.objects.exists()
    except DatabaseError:
        return "The database does not answer."
    return "ok"


def _queue() -> str:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "The queue does not answer; questions wait until it is back."
    return "ok"


def _storage() -> str:
    try:
        name = default_storage.save(f"ready/{uuid4()}", ContentFile(b"ok"))
        default_storage.delete(name)
    except OSError:
        return "Pictures cannot be stored; look at the disk."
    return "ok"


def _worker() -> str:
    try:
        if pulse.is_beating():
            return "ok"
    except DatabaseError:
        return "Not known while the database does not answer."
    return "No worker has been seen for a while; start one."


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "queue": _queue,
    "storage": _storage,
    "worker": _worker,
}
