"""The API object: its address, its callers, and how its failures are answered."""

import logging
from http import HTTPStatus
from typing import ClassVar

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from visionapp.errors import VisionError
from visionapp.web.api import conversations, images, offers, turns
from visionapp.web.api.description import DescribedAPI
from visionapp.web.identity import caller
from visionapp.web.policy import open_to_all
from visionapp.web.problems import problem, problem_of
from visionapp.web.refusals import RequestMalformed

logger = logging.getLogger(__name__)


class ApiToken:
    """Asks who calls, and tells the description of the API how a program says it."""

    openapi_security_schema: ClassVar = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> User:
        """Return the caller; raises what :func:`caller` does."""
        return caller(request)


api = DescribedAPI(
    title="Visionapp",
    version="1",
    description="Ask about pictures. Times are ISO 8601 UTC, ids UUIDs, money US dollars.",
    auth=ApiToken(),
    docs_decorator=open_to_all,
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
)
api.add_router("", images.router)
api.add_router("", conversations.router)
api.add_router("", turns.router)
api.add_router("", offers.router)


@api.exception_handler(VisionError)
def refused(request: HttpRequest, failure: VisionError) -> HttpResponse:
    """Answer a failure of ours with its code and sentence."""
    logger.info("%s %s: %s", request.method, request.path, failure.code)
    return problem_of(failure)


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, failure: ValidationError) -> HttpResponse:
    """Name the fields that are wrong, and what is wrong with the first."""
    first = failure.errors[0]
    place = ".".join(str(step) for step in first["loc"][2:]) or str(first["loc"][-1])
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "request.invalid", f"“{place}”: {first['msg']}."
    )


@api.exception_handler(HttpError)
def malformed(_request: HttpRequest, _failure: HttpError) -> HttpResponse:
    """Answer a body that is no JSON: nothing else makes ninja raise this."""
    return problem_of(RequestMalformed())
