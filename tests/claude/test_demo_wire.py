"""The demo refuses and streams as the Messages API does, and reads headers of pictures."""

import json
from base64 import b64encode

import httpx2
import pytest

from tests.support.tiny import JPEG_START, png, user
from visionapp.catalogue import cards
from visionapp.claude import failures
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.claude.demo.headers import Header, read_header
from visionapp.claude.demo.transport import DemoTransport

AT_ONCE = 1_000_000.0


def send(**changes):
    """Send a request to the demo as it stands; return the answer's status, type and sentence."""
    body = {"model": cards.DEMO_MODEL, "max_tokens": 10, "stream": True, **changes}
    body.setdefault("messages", [{"role": "user", "content": "?"}])
    transport = DemoTransport(measure=None, words_per_second=AT_ONCE)
    with httpx2.Client(transport=transport) as client:
        response = client.post("http://demo.invalid/v1/messages", content=json.dumps(body))
    if response.status_code == 200:
        return response.status_code, response.headers["content-type"], response.text
    error = response.json()["error"]
    return response.status_code, error["type"], error["message"]


def image(data, media_type="image/png"):
    source = {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}
    return {"type": "image", "source": source}


def turn(*content, role="user"):
    return {"role": role, "content": list(content)}


WORDS = {"type": "text", "text": "?"}
REFUSED = {
    "sampling": ({"temperature": 1}, "temperature: Extra inputs are not permitted"),
    "effort": ({"output_config": {"effort": "low"}}, "output_config: Extra inputs"),
    "no room": ({"max_tokens": 0}, "max_tokens: Input should be greater than"),
    "no message": ({"messages": []}, "at least one message"),
    "blank text": (
        {"messages": [turn({"type": "text", "text": " "})]},
        "text content blocks must contain non-whitespace text",
    ),
    "empty text": (
        {"messages": [turn({"type": "text", "text": ""})]},
        "text content blocks must be non-empty",
    ),
    "empty message": ({"messages": [turn()]}, "must have non-empty content"),
    "answer first": ({"messages": [turn(WORDS, role="assistant")]}, "first message must use"),
    "answer last": (
        {"messages": [turn(WORDS), turn(WORDS, role="assistant")]},
        "must end with a user message",
    ),
    "no picture": ({"messages": [turn(image(b"GIF?"))]}, "Could not process image"),
    "wrong type": (
        {"messages": [turn(image(png(), "image/jpeg"))]},
        "Image does not match the provided media type image/jpeg",
    ),
    "too large": ({"messages": [turn(image(png(8001, 1)))]}, "image dimensions exceed"),
    "other block": ({"messages": [turn({"type": "document"})]}, "Input tag"),
    "no stream": ({"stream": False}, "only streams"),
}


@pytest.mark.parametrize(("changes", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_api_refuses_is_refused(changes, sentence):
    status, kind, message = send(**changes)
    assert (status, kind) == (400, "invalid_request_error")
    assert sentence in message


def test_another_model_is_not_found():
    assert send(model="claude-opus-5")[:2] == (404, "not_found_error")


def test_a_refusal_reaches_the_caller_as_ours():
    request = ReplyRequest(cards.unknown("claude-opus-5"), (user(),), 100)
    with Claude.demo().reply(request) as reply, pytest.raises(failures.ModelUnknown):
        list(reply)


def test_the_stream_is_the_wire_format_of_the_api():
    status, content_type, text = send(messages=[turn(image(png()), WORDS)], max_tokens=4096)
    events = [frame.splitlines() for frame in text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    kinds = [json.loads(data.removeprefix("data: "))["type"] for _, data in events]
    assert (status, content_type) == (200, "text/event-stream; charset=utf-8")
    assert names == kinds
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert set(names[3:-3]) == {"content_block_delta"}
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]


HEADERS = {
    "png": (png(3, 4), Header("image/png", 3, 4, "RGB, 8 bit")),
    "jpeg": (
        JPEG_START
        + b"\xff\xc0\x00\x11\x08\x00\x04\x00\x03\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01",
        Header("image/jpeg", 3, 4, "colour 4:2:0, 8 bit"),
    ),
    "grey jpeg": (
        JPEG_START + b"\xff\xc2\x00\x0b\x08\x00\x04\x00\x03\x01\x01\x11\x00",
        Header("image/jpeg", 3, 4, "grey, 8 bit"),
    ),
    "gif": (b"GIF89a\x03\x00\x04\x00\x80\x00\x00", Header("image/gif", 3, 4, "palette")),
    "lossy webp": (
        b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x03\x00\x04\x00",
        Header("image/webp", 3, 4, "lossy, 4:2:0"),
    ),
    "lossless webp": (
        b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + (2 | 3 << 14).to_bytes(4, "little"),
        Header("image/webp", 3, 4, "lossless"),
    ),
    "extended webp": (
        b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x02\x00\x00\x03\x00\x00",
        Header("image/webp", 3, 4, "extended"),
    ),
}


@pytest.mark.parametrize(("data", "header"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_is_read(data, header):
    assert read_header(data) == header


@pytest.mark.parametrize("data", [data for data, _ in HEADERS.values()], ids=HEADERS.keys())
def test_no_cut_of_a_header_is_an_error(data):
    for length in range(len(data)):
        read_header(data[:length])


@pytest.mark.parametrize("data", [b"", b"BM", b"\xff\xd8\xff\xda\x00\x00", b"RIFF    WEBPXXXX"])
def test_what_is_no_picture_has_no_header(data):
    assert read_header(data) is None
