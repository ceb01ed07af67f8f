"""Reads an answer: whether it may be a picture, its bytes up to a limit, and its name."""

import re
from collections.abc import Mapping
from typing import IO
from urllib.parse import unquote

import httpcore2

from visionapp.fetching.links import Link
from visionapp.fetching.refusals import LinkRefused, LinkTooLarge, NotAPicture

REDIRECTS = {301, 302, 303, 307, 308}

# The bytes decide later. Many stores give all files one of the types that say nothing.
_TYPES = {"", "application/pdf", "application/octet-stream", "binary/octet-stream"}
_PAGES = {"text/html", "application/xhtml+xml"}
_NO_PICTURE = "This link does not lead to a picture. Open the picture itself and copy its address."

_LONGEST_NAME = 1000
_ENCODED = re.compile(r"(?:^|;)\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]+)", re.I)
_PLAIN = re.compile(r'(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))', re.I)


def redirect(response: httpcore2.Response) -> str | None:
    """Return where the answer sends on to, or None; raises LinkRefused when it does not say."""
    if response.status not in REDIRECTS:
        return None
    location = _headers(response).get("location")
    if not location:
        raise LinkRefused("a redirect to nowhere")
    return location


def keep(response: httpcore2.Response, into: IO[bytes], most: int) -> int:
    """Write the body, which may be a picture, and return its bytes; raises refusals."""
    headers = _headers(response)
    _check(response.status, headers)
    # A server may also leave the length out, or lie: what comes is counted all the same.
    if int(headers.get("content-length", "0")) > most:
        raise LinkTooLarge(most)
    size = 0
    for chunk in response.iter_stream():
        size += len(chunk)
        if size > most:
            raise LinkTooLarge(most)
        into.write(chunk)
    return size


def name(response: httpcore2.Response, link: Link) -> str:
    """Return the name that the answer gives the file, else the last part of the address."""
    segment = link.target.partition("?")[0].rpartition("/")[2]
    said = _headers(response).get("content-disposition", "")[:_LONGEST_NAME]
    return _said(said) or unquote(segment) or "picture"


def _said(disposition: str) -> str:
    if encoded := _ENCODED.search(disposition):
        return unquote(encoded[2], encoding=encoded[1])
    plain = _PLAIN.search(disposition)
    return re.sub(r"\\(.)", r"\1", plain[1] or plain[2] or "") if plain else ""


def _check(status: int, headers: Mapping[str, str]) -> None:
    if status != 200:
        raise LinkRefused(f"status {status}")
    if headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise LinkRefused("an encoding that was not asked for")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") and kind not in _TYPES:
        raise NotAPicture("" if kind in _PAGES else _NO_PICTURE)


def _headers(response: httpcore2.Response) -> dict[str, str]:
    return {key.decode().lower(): _text(value) for key, value in response.headers}


def _text(value: bytes) -> str:
    """Return a header's text: UTF-8 by custom, Latin-1 by the old rule, where all bytes fit."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
