"""Turns failures into answers: ``application/problem+json`` for programs (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from visionapp import errors
from visionapp.web import refusals

STATUSES: tuple[tuple[type[errors.VisionError], HTTPStatus], ...] = (
    (refusals.TokenInvalid, HTTPStatus.UNAUTHORIZED),
    (refusals.SignInRequired, HTTPStatus.UNAUTHORIZED),
    (refusals.CsrfFailed, HTTPStatus.FORBIDDEN),
    (refusals.RequestMalformed, HTTPStatus.BAD_REQUEST),
    (errors.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Missing, HTTPStatus.NOT_FOUND),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)

HINTS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", "Bearer"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", "5"),
}
"""Headers that tell a program what to do."""


def status_of(failure: errors.VisionError) -> HTTPStatus:
    """Return the HTTP status of a failure's kind."""
    return next(
        (status for kind, status in STATUSES if isinstance(failure, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def body(status: HTTPStatus, code: str, detail: str) -> dict[str, Any]:
    """Return the members of a problem document."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
    }


def problem(status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    """Return a problem document as a response."""
    return hinted(
        JsonResponse(
            body(status, code, detail), status=status, content_type="application/problem+json"
        ),
        status,
    )


def hinted(response: HttpResponse, status: HTTPStatus) -> HttpResponse:
    """Return the response with the header that belongs to its status, if one does."""
    if hint := HINTS.get(status):
        response[hint[0]] = hint[1]
    return response


def problem_of(failure: errors.VisionError) -> HttpResponse:
    """Return a failure as a response."""
    return problem(status_of(failure), failure.code, failure.message)
