"""The demo: honest, on the real wire, under the real SDK."""

import json
import struct
import threading
import zlib
from base64 import b64encode
from dataclasses import dataclass, field
from time import monotonic

import httpx2
import pytest

from visionapp import preparation
from visionapp.catalogue import cards
from visionapp.claude import failures
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.claude.demo.headers import Header, read_header
from visionapp.claude.demo.transport import DemoTransport
from visionapp.content import ImagePart, Message, TextPart
from visionapp.errors import Unavailable

AT_ONCE = 1_000_000.0
JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def png(width=120, height=80):
    def piece(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff\x80\x00" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", header)
        + piece(b"IDAT", pixels)
        + piece(b"IEND", b"")
    )


@dataclass(frozen=True)
class Measures:
    brightness: float = 0.5
    contrast: float = 0.25
    sharpness: float = 0.031
    transparency: float = 0.0
    colours: tuple[tuple[str, float], ...] = (("#ff8000", 0.75), ("#ffffff", 0.25))


@dataclass
class Measuring:
    """Measures nothing, and remembers what it was given."""

    measures: Measures = field(default_factory=Measures)
    seen: list[bytes] = field(default_factory=list)

    def __call__(self, data):
        self.seen.append(data)
        return self.measures


def user(words="What is it?", *pictures):
    images = tuple(ImagePart("image/png", 120, 80, data) for data in pictures)
    return Message("user", (*images, TextPart(words)))


def asked(*messages, max_tokens=4096):
    return ReplyRequest(cards.demo(), messages, max_tokens)


def answer(*messages, measure=None, max_tokens=4096):
    claude = Claude.demo(measure=measure, words_per_second=AT_ONCE)
    with claude.reply(asked(*messages, max_tokens=max_tokens)) as reply:
        return "".join(reply), reply.outcome


@pytest.mark.parametrize(
    "messages",
    [
        (user("What is it?", png()),),
        (user("Are you Claude?"),),
        (user("One?", png()), Message("assistant", (TextPart("1"),)), user("Two?")),
    ],
    ids=["a picture", "no picture", "a follow-up"],
)
def test_every_answer_begins_by_saying_that_it_is_not_claude(messages):
    assert answer(*messages)[0].startswith("This is Visionapp's built-in demo, not Claude: ")


def test_what_the_header_tells_is_said_of_each_picture():
    text, _ = answer(user("What?", png(), png(60, 60)))
    assert (
        "**Image 1**\n\n| Measured | Value |\n| --- | --- |\n| Format | PNG, RGB, 8 bit |" in text
    )
    assert "| Size | 120 \u00d7 80 px (3:2) |" in text
    assert "**Image 2**" in text
    assert "| Size | 60 \u00d7 60 px (1:1) |" in text
    assert "| Image tokens | 15 |" in text


def test_without_a_measure_nothing_is_said_of_pixels():
    assert "Brightness" not in answer(user("What?", png()))[0]


def test_what_was_measured_is_said():
    text, _ = answer(user("What?", png()), measure=Measuring())
    assert "| Brightness | medium (50%) |" in text
    assert "| Contrast | medium (25%) |" in text
    assert "| Sharpness | many edges (neighbouring pixels differ by 3.1% on average) |" in text
    assert "| Main colours | `#ff8000` 75%, `#ffffff` 25% |" in text
    assert "Transparent" not in text


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        (Measures(brightness=0), "Brightness | very dark (0%)"),
        (Measures(brightness=0.2), "Brightness | dark (20%)"),
        (Measures(brightness=0.6), "Brightness | bright (60%)"),
        (Measures(brightness=1), "Brightness | very bright (100%)"),
        (Measures(contrast=0), "Contrast | flat (0%)"),
        (Measures(contrast=0.24), "Contrast | low (24%)"),
        (Measures(contrast=1), "Contrast | high (100%)"),
        (Measures(sharpness=0), "Sharpness | next to no edges"),
        (Measures(sharpness=0.005), "Sharpness | few edges"),
        (Measures(sharpness=1), "Sharpness | edges or grain everywhere"),
    ],
)
def test_numbers_are_put_into_words(measures, said):
    assert f"| {said}" in answer(user("What?", png()), measure=Measuring(measures))[0]


def test_pixels_are_measured_as_they_were_sent():
    text, _ = answer(user("What?", png()), measure=preparation.measure)
    assert "| Brightness | medium (59%) |\n| Contrast | flat (0%) |" in text
    assert "| Main colours | `#ff8000` 100% |" in text


def test_a_picture_whose_pixels_are_broken_keeps_the_facts_of_its_header():
    text, outcome = answer(user("What?", png()[:60]), measure=preparation.measure)
    assert "| Size | 120 \u00d7 80 px (3:2) |" in text
    assert "Brightness" not in text
    assert outcome.stop_reason == "end_turn"


def test_every_row_of_a_table_has_two_cells():
    text, _ = answer(user("a | b?", png()), measure=Measuring(Measures(transparency=0.1)))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 11
    assert {row.count("|") for row in rows} == {3}


def test_transparency_is_said_where_there_is_some():
    measure = Measuring(Measures(transparency=0.2, colours=()))
    text, _ = answer(user("What?", png()), measure=measure)
    assert "| Transparent | 20% |" in text
    assert "Main colours" not in text


def test_the_bytes_that_were_sent_are_measured_once():
    measure = Measuring()
    claude = Claude.demo(measure=measure, words_per_second=AT_ONCE)
    for _ in range(2):
        with claude.reply(asked(user("What?", png()))) as reply:
            list(reply)
    assert measure.seen == [png()]


def test_a_picture_that_cannot_be_measured_is_described_by_its_header():
    def measure(data):
        raise Unavailable

    text, outcome = answer(user("What?", png()), measure=measure)
    assert "| Format | PNG" in text
    assert "Brightness" not in text
    assert outcome.stop_reason == "end_turn"


def test_a_picture_that_could_not_be_measured_is_tried_again_with_the_next_question():
    measured = Measuring()
    results = iter([Unavailable(), None])

    def measure(data):
        if failure := next(results):
            raise failure
        return measured(data)

    claude = Claude.demo(measure=measure, words_per_second=AT_ONCE)
    texts = []
    for _ in range(3):
        with claude.reply(asked(user("What?", png()))) as reply:
            texts.append("".join(reply))
    assert ["Brightness" in text for text in texts] == [False, True, True]
    assert measured.seen == [png()]


def test_the_environment_gives_the_demo_its_measure():
    measure = Measuring()
    claude = Claude.from_environment("", "", measure=measure, words_per_second=AT_ONCE)
    with claude.reply(asked(user("What?", png()))) as reply:
        assert "Main colours" in "".join(reply)
    assert measure.seen == [png()]


def test_the_question_is_quoted_line_by_line():
    assert "> How many?\n>\n> # Really" in answer(user("How many?\n\n# Really"))[0]


def test_a_long_question_is_cut():
    text, _ = answer(user("why " * 500))
    assert len(text) < 1200


def test_a_follow_up_says_how_much_was_sent():
    first = user("One?", png())
    text, outcome = answer(first, Message("assistant", (TextPart("1"),)), user("Two?"))
    assert "This is question 2 of the conversation, which holds 1 picture so far." in text
    assert "No new picture came with this question. The earlier ones:\n\n" in text
    assert "- **Image 1**: PNG, 120 \u00d7 80 px" in text
    assert "> Two?" in text
    assert outcome.usage.input_tokens > 15


def test_a_picture_that_comes_later_keeps_its_number_and_only_it_is_measured():
    measure = Measuring()
    said = Message("assistant", (TextPart("1"),))
    text, _ = answer(user("One?", png()), said, user("Two?", png(60, 60)), measure=measure)
    assert "question 2 of the conversation, which holds 2 pictures so far." in text
    assert "**Image 2**\n\n|" in text
    assert "Image 1" not in text
    assert measure.seen == [png(60, 60)]


def test_no_picture_at_all_is_said():
    text, _ = answer(user("Are you there?"))
    assert "No picture was sent, so there was nothing to measure." in text
    assert "earlier" not in text


def test_usage_counts_pictures_and_words():
    _, without = answer(user("What?"))
    text, outcome = answer(user("What?", png(280, 280)))
    assert outcome.usage.input_tokens - without.usage.input_tokens == 100
    assert outcome.usage.output_tokens == pytest.approx(len(text) / 4, abs=1)
    assert outcome.request_id.startswith("req_demo_")


def test_the_answer_ends_where_max_tokens_does():
    text, outcome = answer(user("What?", png()), max_tokens=10)
    assert (outcome.stop_reason, outcome.usage.output_tokens) == ("max_tokens", 10)
    assert len(text) <= 40


def test_the_demo_lists_itself():
    claude = Claude.demo()
    assert cards.merged(claude.list_models(), official=claude.is_official) == (cards.demo(),)


def test_words_come_at_the_pace_that_was_set():
    claude = Claude.demo(words_per_second=100)
    began = monotonic()
    with claude.reply(asked(user("What?"))) as reply:
        words = list(reply)
    assert len(words) > 20
    assert monotonic() - began > (len(words) - 1) / 100


def test_hanging_up_ends_a_pause_at_once():
    claude = Claude.demo(words_per_second=0.01)
    with claude.reply(asked(user("What?"))) as reply:
        begun, heard = threading.Event(), []

        def read():
            begun.set()
            heard.extend(reply)

        reader = threading.Thread(target=read)
        reader.start()
        assert begun.wait(5)
        reply.abort()
        reader.join(5)
        assert not reader.is_alive()
    assert heard == []


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
