"""Caps request bodies in front of Django, which spools them whole before a view may refuse.

A declared length over the cap is refused unread; an undeclared one as soon as it has grown past
it. An upload for which the disk has too little room is not written to it at all.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from visionapp.errors import StorageFull, TooLarge
from visionapp.uploads import quota
from visionapp.uploads.intake import MAX_BYTES
from visionapp.web.outages import outage_of
from visionapp.web.problems import body, status_of
from visionapp.web.streams.endpoint import App, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

UPLOAD_PATH = "/api/v1/images"
UPLOAD_BYTES = MAX_BYTES + 64 * 1024
"""A picture and the multipart lines around it."""
OTHER_BYTES = 2 * 1024 * 1024
"""Everything else that is sent is words."""

DRAINED_BYTES, DRAIN_SECONDS = 256 * 1024 * 1024, 20.0

Refusal = tuple[HTTPStatus, str, str]

PICTURE_TOO_LARGE: Refusal = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "image.too_large",
    f"A picture may have up to {MAX_BYTES // 2**20} MB. Save it smaller and add it again.",
)
REQUEST_TOO_LARGE: Refusal = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooLarge.code,
    TooLarge.message,
)
DISK_SCARCE: Refusal = (
    HTTPStatus.INSUFFICIENT_STORAGE,
    StorageFull.code,
    StorageFull.message,
)
LENGTH_MISSING: Refusal = (
    # Without it Django's multipart parser sees no parts at all.
    HTTPStatus.LENGTH_REQUIRED,
    "request.length_required",
    "Send the picture with its length (Content-Length) rather than chunked.",
)


class BodyLimit:
    """Wraps an ASGI application."""

    def __init__(self, app: App) -> None:
        """Take the application to protect."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 413 or 411, or pass on; 507 when there is no room for an upload."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"] == UPLOAD_PATH
        limit = UPLOAD_BYTES if is_upload else OTHER_BYTES
        too_large = PICTURE_TOO_LARGE if is_upload else REQUEST_TOO_LARGE
        headers = dict(scope["headers"])
        refusal = _by_its_headers(headers, limit, too_large, is_upload=is_upload)
        if refusal is None and scope["method"] == "POST" and is_upload and quota.is_disk_scarce():
            logger.error("%s: the disk is nearly full", scope["path"])
            refusal = DISK_SCARCE
        # Who asks before sending has not begun: it reads the refusal, and sends nothing.
        has_more = b"expect" not in headers
        if refusal is None:
            counted = _Body(receive, limit)
            refusal = await self._passed_on(scope, counted, send)
            has_more = counted.has_more
            if counted.is_too_large:
                refusal = too_large
        if refusal is not None:
            if has_more:
                await _drain(receive)
            await _refuse(refusal, send)

    async def _passed_on(self, scope: Scope, counted: "_Body", send: Send) -> Refusal | None:
        """Let the application answer; a disk that is full is met before it can.

        Only uploads are spooled to the disk, and whole before anything is answered. What fails
        after an answer has begun can only end the connection.
        """
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted.receive, watched)
        except OSError as failure:
            outage = outage_of(failure)
            if outage is None or begun:
                raise
            logger.error("%s: %s (%s)", scope["path"], outage.code, failure)  # noqa: TRY400
            return status_of(outage), outage.code, outage.message
        return None


def _by_its_headers(
    headers: Mapping[bytes, bytes], limit: int, too_large: Refusal, *, is_upload: bool
) -> Refusal | None:
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        return too_large
    if is_upload and b"transfer-encoding" in headers:
        return LENGTH_MISSING
    return None


class _Body:
    """Counts what comes; past the cap it tells the application that the client has left.

    The application then cleans up and answers nothing, and the refusal can be sent instead.
    """

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.is_too_large = False
        self.has_more = True

    async def receive(self) -> Message:
        if self.is_too_large:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self.has_more = message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_large = True
            return {"type": "http.disconnect"}
        return message


async def _drain(receive: Receive) -> None:
    """Let what is still being sent run into the void, within reason.

    A client that is refused while it still sends sees a broken connection, not the answer.
    """
    left = DRAINED_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


async def _refuse(refusal: Refusal, send: Send) -> None:
    said = json.dumps(body(*refusal)).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(said)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal[0].value, "headers": headers})
    await send({"type": "http.response.body", "body": said})
