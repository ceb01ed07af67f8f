"""What people and programs see when something is refused: a page, or a problem document."""

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from visionapp.errors import Missing, VisionError
from visionapp.web.outages import outage_of
from visionapp.web.problems import hinted, problem, status_of
from visionapp.web.refusals import CsrfFailed, RequestMalformed

logger = logging.getLogger(__name__)


def answer_refusals(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answers a failure of ours that a page's view let through, and a wrong method."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return not_allowed(request, response["Allow"])
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, VisionError):
            return None
        logger.info("%s %s: %s", request.method, request.path, exception.code)
        return _answer_failure(request, exception)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def answer(request: HttpRequest, status: HTTPStatus, code: str, sentence: str) -> HttpResponse:
    """Answer with a page; below ``/api/``, and to a page's own script, with a problem document."""
    if request.path.startswith("/api/") or request.headers.get("HX-Request"):
        return problem(status, code, sentence)
    context = {"title": status.phrase, "sentence": sentence}
    return hinted(render(request, "error.html", context, status=status), status)


def _answer_failure(request: HttpRequest, failure: VisionError) -> HttpResponse:
    return answer(request, status_of(failure), failure.code, failure.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a host that is not served, a body that is no form."""
    logger.warning("%s %s: request.malformed (%s)", request.method, request.path, exception)
    for handler in request.upload_handlers:
        handler.upload_interrupted()  # Django forgets the file of a part that it cannot decode
    return answer(
        request,
        HTTPStatus.BAD_REQUEST,
        RequestMalformed.code,
        "The request cannot be read; go back, reload and try again.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: another machine than this one, in ``single`` mode."""
    del exception
    return answer(
        request,
        HTTPStatus.FORBIDDEN,
        "auth.loopback_only",
        "Without sign-in, only the machine that Visionapp runs on may use it.",
    )


def not_allowed(request: HttpRequest, methods: str) -> HttpResponse:
    """405: an address that is there, called in a way that it is not."""
    response = answer(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        "request.method_not_allowed",
        f"This address cannot be called with {request.method}; it takes {methods}.",
    )
    response["Allow"] = methods
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception
    return answer(request, HTTPStatus.NOT_FOUND, Missing.code, Missing.message)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a mistake of ours, which Django logs; 503 or 507 when the machine fails.

    Here all failures arrive, from views, middleware and while a body is parsed.
    """
    failure = sys.exc_info()[1]
    if outage := outage_of(failure):
        logger.error("%s %s: %s (%s)", request.method, request.path, outage.code, failure)
        return _answer_failure(request, outage)
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "error",
        "Something went wrong here. Try again; if it happens again, tell who runs this server.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form from a page that is too old, or from elsewhere."""
    del reason
    return answer(request, HTTPStatus.FORBIDDEN, CsrfFailed.code, CsrfFailed.message)
