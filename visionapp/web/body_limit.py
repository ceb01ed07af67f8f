"""Caps request bodies in front of Django, which spools them whole before a view may refuse.

A declared length over the cap is refused unread; an undeclared one as soon as it has grown past
it.
"""

import json
from http import HTTPStatus

from visionapp.uploads.intake import MAX_BYTES
from visionapp.web.problems import body
from visionapp.web.streams.endpoint import App, Message, Receive, Scope, Send

UPLOAD_PATH = "/api/v1/images"
UPLOAD_BYTES = MAX_BYTES + 64 * 1024
"""A picture and the multipart lines around it."""
OTHER_BYTES = 2 * 1024 * 1024
"""Everything else that is sent is words."""

SENTENCES = {
    UPLOAD_BYTES: (
        "image.too_large",
        f"A picture may have up to {MAX_BYTES // 2**20} MB. Save it smaller and add it again.",
    ),
    OTHER_BYTES: ("request.too_large", "The request is too large; send less at once."),
}


class BodyTooLarge(Exception):
    """Raised into the application that is reading a body which has grown past the cap."""


class BodyLimit:
    """Wraps an ASGI application."""

    def __init__(self, app: App) -> None:
        """Take the application to protect."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 413, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = UPLOAD_BYTES if scope["path"] == UPLOAD_PATH else OTHER_BYTES
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await _refuse(limit, send)
            return
        try:
            await self._app(scope, _counting(receive, limit), send)
        except BodyTooLarge:
            await _refuse(limit, send)


def _counting(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLarge
        return message

    return counted


async def _refuse(limit: int, send: Send) -> None:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    said = json.dumps(body(status, *SENTENCES[limit])).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(said)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": said})
