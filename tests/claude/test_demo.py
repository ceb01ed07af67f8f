"""The demo: honest, on the real wire, under the real SDK."""

import threading
from dataclasses import dataclass, field
from time import monotonic

import pytest

from tests.support.tiny import png, user
from visionapp import preparation
from visionapp.catalogue import cards
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.content import ImagePart, LeftOut, Message, TextPart
from visionapp.errors import Unavailable

AT_ONCE = 1_000_000.0


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


def test_a_picture_keeps_its_number_where_an_earlier_one_is_not_sent():
    third = ImagePart("image/png", 120, 80, png(), "Image 3:")
    gone = (
        LeftOut("Image 1 was taken out of the conversation."),
        LeftOut("Image 2 is left out: one request cannot hold all pictures of the conversation."),
    )
    text, _ = answer(Message("user", (*gone, third, gone[0], TextPart("Which?"))))
    assert "**Image 3**\n\n|" in text
    assert "Image 1" not in text
    assert "You asked:\n\n> Which?\n\n" in text


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
