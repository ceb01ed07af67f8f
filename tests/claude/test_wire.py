"""Requests as they are sent: only what every model takes, in the order that works best."""

from base64 import b64decode
from dataclasses import replace

import pytest

from visionapp.catalogue import cards
from visionapp.claude import wire
from visionapp.claude.failures import InvalidRequest
from visionapp.claude.prompts import SYSTEM
from visionapp.claude.request import ReplyRequest
from visionapp.content import ImagePart, LeftOut, Message, TextPart

SONNET = cards.built_in()[0]
CHART = ImagePart("image/png", 20, 10, b"chart")


def user(*parts):
    return Message("user", tuple(TextPart(p) if isinstance(p, str) else p for p in parts))


def claude(text):
    return Message("assistant", (TextPart(text),))


def sent(*messages, official=True, **changes):
    request = ReplyRequest(model=SONNET, messages=messages, max_tokens=4096)
    return wire.params(replace(request, **changes), official=official)


def said(params):
    """Role and words of each message, pictures as their bytes."""
    return [
        (
            message["role"],
            [
                block["text"] if block["type"] == "text" else b64decode(block["source"]["data"])
                for block in message["content"]
            ],
        )
        for message in params["messages"]
    ]


def test_pictures_come_before_the_words():
    assert said(sent(user("What is it?", CHART))) == [("user", [b"chart", "What is it?"])]


def test_a_picture_is_sent_as_base64_with_its_type():
    (message,) = sent(user("?", CHART))["messages"]
    source = {"type": "base64", "media_type": "image/png", "data": "Y2hhcnQ="}
    assert message["content"][0] == {"type": "image", "source": source}


def test_a_label_stands_before_its_picture():
    first, second = replace(CHART, label="Image 1:"), replace(CHART, label="Image 2:")
    assert said(sent(user(first, second, "Compare."))) == [
        ("user", ["Image 1:", b"chart", "Image 2:", b"chart", "Compare."])
    ]


def test_words_stand_in_the_place_of_a_picture_that_is_not_sent():
    first, third = replace(CHART, label="Image 1:"), replace(CHART, label="Image 3:")
    gone = LeftOut("Image 2 is left out.")
    assert said(sent(user("Compare.", first, gone, third))) == [
        ("user", ["Image 1:", b"chart", "Image 2 is left out.", "Image 3:", b"chart", "Compare."])
    ]


def test_images_are_called_as_the_api_calls_them():
    labelled = replace(CHART, label="Image 2:")
    params = sent(user(CHART, "One?"), claude("1"), user(LeftOut("Gone."), labelled, "Two?"))
    assert wire.image_paths(params) == ["messages.0.content.0", "messages.2.content.2"]


def test_words_in_place_of_a_picture_go_on_with_the_pictures_of_a_dropped_question():
    history = (user("One?", LeftOut("Gone."), CHART), claude(""), user("Two?"))
    assert said(sent(*history)) == [("user", ["Gone.", b"chart", "Two?"])]


def test_blank_words_are_dropped():
    assert said(sent(user(CHART, " \n", "", "Why?"))) == [("user", [b"chart", "Why?"])]


def test_a_question_of_pictures_alone_is_sent():
    assert said(sent(user(CHART, ""))) == [("user", [b"chart"])]


def test_a_blank_answer_goes_with_its_question():
    history = (user("One?"), claude("1"), user("Two?"), claude("  "), user("Three?"))
    assert said(sent(*history)) == [
        ("user", ["One?"]),
        ("assistant", ["1"]),
        ("user", ["Three?"]),
    ]


def test_the_pictures_of_a_dropped_question_go_to_the_next():
    assert said(sent(user("One?", CHART), claude(""), user("Two?"))) == [
        ("user", [b"chart", "Two?"])
    ]


def test_the_last_question_stays_although_its_answer_is_blank():
    assert said(sent(user("One?"), claude(""))) == [("user", ["One?"])]


def test_blank_questions_take_their_answers_along():
    assert said(sent(user(""), claude("To nothing."), user("Two?"))) == [("user", ["Two?"])]


@pytest.mark.parametrize(
    "history",
    [(), (user(""),), (user("One?"), claude("1")), (claude("1"),)],
    ids=["empty", "blank", "answered", "answer only"],
)
def test_a_history_that_asks_nothing_is_refused(history):
    with pytest.raises(InvalidRequest, match="no question"):
        sent(*history)


def test_text_that_utf8_cannot_carry_is_replaced():
    assert said(sent(user("a\x00b\ud800c"))) == [("user", ["a\ufffdb\ufffdc"])]


@pytest.mark.parametrize(("asked", "given"), [(4096, 4096), (999_999, 128_000), (0, 1)])
def test_max_tokens_is_what_the_model_can_give(asked, given):
    assert sent(user("?"), max_tokens=asked)["max_tokens"] == given


def test_the_house_rules_come_before_the_systems_own():
    assert sent(user("?"), system=" Be brief. ")["system"] == f"{SYSTEM}\n\nBe brief."
    assert sent(user("?"))["system"] == SYSTEM


def test_nothing_is_said_of_sampling_and_thinking():
    assert set(sent(user("?"), effort="low")) == {
        "model",
        "max_tokens",
        "system",
        "messages",
        "cache_control",
        "output_config",
    }


def test_effort_is_sent_where_the_model_knows_it():
    assert sent(user("?"), effort="low")["output_config"] == {"effort": "low"}


@pytest.mark.parametrize(
    "changes",
    [
        {"effort": None},
        {"effort": "utmost"},
        {"effort": "low", "official": False},
        {"effort": "low", "model": cards.unknown("llava")},
    ],
    ids=["none", "unknown level", "another server", "unknown model"],
)
def test_effort_is_left_out_elsewhere(changes):
    assert "output_config" not in sent(user("?"), **changes)


def test_only_anthropics_own_api_is_asked_to_cache():
    assert sent(user("?"))["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in sent(user("?"), official=False)


def test_a_model_without_prefill_is_asked_to_begin_so():
    ((_, words),) = said(sent(user("?"), answer_prefix="Yes, "))
    assert words == ["?", "Begin your answer with exactly these words: Yes,"]


def test_a_model_with_prefill_has_the_words_put_into_its_mouth():
    haiku = cards.find(cards.built_in(), "claude-haiku-4-5")
    assert said(sent(user("?"), model=haiku, answer_prefix="Yes, ")) == [
        ("user", ["?"]),
        ("assistant", ["Yes,"]),
    ]
