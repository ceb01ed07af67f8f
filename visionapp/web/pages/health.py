"""Health: alive, and ready with each part named in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from time import monotonic
from uuid import uuid4

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from visionapp.conversations import pulse
from visionapp.uploads import quota
from visionapp.web.models import ApiToken
from visionapp.web.policy import open_to_all

PROBES = {"/healthz", "/readyz"}
KEPT_SECONDS = 2.0
"""A verdict is given again for so long: whoever asks often costs no more."""


@dataclass
class Verdict:
    """How each part was when this process last looked; who asks meanwhile waits for that look."""

    _parts: dict[str, str] = field(default_factory=dict)
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def parts(self) -> dict[str, str]:
        """Return ``ok`` or a sentence for each part."""
        with self._lock:
            if monotonic() >= self._until:
                self._parts = {name: check() for name, check in PARTS.items()}
                self._until = monotonic() + KEPT_SECONDS
            return self._parts


_verdict = Verdict()


def answer_probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answers probes, which come with any host name, before others can refuse."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            view: Callable[[HttpRequest], HttpResponse] = resolve(request.path_info).func
            return view(request)
        return get_response(request)

    return middleware


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
    parts = _verdict.parts()
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
        if quota.is_disk_scarce():
            return "The disk is nearly full, so pictures are refused; make room."
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
