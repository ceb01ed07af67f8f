"""What a model is told of a path: pictures before words, settled answers only."""

import pytest

from tests.support.builders import a_png, a_turn, an_upload
from tests.support.turns import BUSY, DONE, held, settled
from visionapp.content import ImagePart, Message, TextPart
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.paths import path_to
from visionapp.conversations.transcript import messages
from visionapp.reply import Done, Stopped
from visionapp.uploads.renditions import bytes_of, prepared_for


def told(turn, tier="high"):
    return messages(path_to(turn.conversation, turn.pk), tier)


def further(turn, question="And then?", pictures=()):
    return follow_up(
        conversation=turn.conversation,
        instruction=question,
        choices=Choices(),
        picture_ids=[upload.pk for upload in pictures],
        parent_id=turn.pk,
    )


def outline(said):
    """Return who said what, pictures as their labels in brackets."""
    return [
        (
            message.role,
            *[
                part.text if isinstance(part, TextPart) else f"[{part.label}]"
                for part in message.parts
            ],
        )
        for message in said
    ]


def test_a_question_is_told_after_its_picture(owner):
    turn = a_turn(owner.id, "What does it show?")

    image = prepared_for(turn.uploads.get(), "high")
    part = ImagePart("image/png", 60, 40, bytes_of(image))
    assert told(turn) == (Message("user", (part, TextPart("What does it show?"))),)


def test_several_pictures_are_numbered_in_the_order_given(owner):
    uploads = [an_upload(owner.id, data=a_png(width=40 + n)) for n in range(3)]

    said = told(a_turn(owner.id, "Compare.", uploads=uploads))

    assert outline(said) == [("user", "[Image 1:]", "[Image 2:]", "[Image 3:]", "Compare.")]
    assert [part.width for part in said[0].parts[:3]] == [40, 41, 42]


def test_numbers_go_on_in_later_turns(owner):
    first = settled(a_turn(owner.id, "What?"), answer="A chart.")
    turn = further(first, "And this?", [an_upload(owner.id)])

    assert outline(told(turn)) == [
        ("user", "[]", "What?"),
        ("assistant", "A chart."),
        ("user", "[Image 2:]", "And this?"),
    ]


def test_a_tier_gets_the_pictures_made_for_it(owner):
    upload = an_upload(owner.id, data=a_png(2000, 1000))
    turn = a_turn(owner.id, uploads=[upload])

    high, standard = (told(turn, tier)[0].parts[0] for tier in ("high", "standard"))

    assert (high.width, high.height) == (2000, 1000)
    assert max(standard.width, standard.height) <= 1568


@pytest.mark.parametrize(
    ("end", "answer"),
    [(BUSY, "Sal"), (Done("refusal"), "I should"), (Stopped(), ""), (DONE, " \n")],
    ids=["failed", "refused", "stopped before the first word", "answered with blanks"],
)
def test_a_turn_without_an_answer_is_left_out_and_its_pictures_are_carried_on(owner, end, answer):
    first = settled(a_turn(owner.id, "What?"), end, answer)

    assert outline(told(further(first, "Again?"))) == [("user", "[]", "Again?")]


def test_carried_pictures_come_before_those_of_the_next_question(owner):
    first = settled(a_turn(owner.id, "What?"), answer="A chart.")
    second = settled(further(first, "And?", [an_upload(owner.id)]), BUSY, "")
    third = settled(further(second, "Well?"), Stopped(), "")

    said = told(further(third, "So?", [an_upload(owner.id)]))

    assert outline(said)[-1] == ("user", "[Image 2:]", "[Image 3:]", "So?")
    assert [message.role for message in said] == ["user", "assistant", "user"]


def test_carried_pictures_are_told_once(owner):
    first = settled(a_turn(owner.id, "What?"), BUSY, "")
    second = settled(further(first, "Again?"), answer="A chart.")

    assert outline(told(further(second, "So?"))) == [
        ("user", "[]", "Again?"),
        ("assistant", "A chart."),
        ("user", "So?"),
    ]


def test_a_stopped_answer_is_told_as_far_as_it_came(owner):
    first = settled(a_turn(owner.id, "What?"), Stopped(), "Sales ro")

    assert outline(told(further(first)))[1] == ("assistant", "Sales ro")


@pytest.mark.parametrize(
    "reason", ["max_tokens", "stop_sequence", "model_context_window_exceeded"]
)
def test_an_answer_that_ended_for_another_reason_is_told(owner, reason):
    first = settled(a_turn(owner.id, "What?"), Done(reason), "Sales ro")

    assert outline(told(further(first)))[1] == ("assistant", "Sales ro")


def test_a_question_that_is_tried_again_is_told_without_its_former_answer(owner):
    turn = settled(a_turn(owner.id, "What?"), Stopped(), "Sales ro")

    assert outline(told(turn)) == [("user", "[]", "What?")]


def test_only_the_turns_own_branch_is_told(owner):
    first = settled(a_turn(owner.id, "What?"), answer="A chart.")
    settled(further(first, "Left?"), answer="Left.")
    right = further(first, "Right?")

    assert outline(told(right)) == [
        ("user", "[]", "What?"),
        ("assistant", "A chart."),
        ("user", "Right?"),
    ]


def test_what_was_told_stays_the_same_as_the_thread_grows(owner):
    turn = a_turn(owner.id, uploads=[an_upload(owner.id, data=a_png(50 + n)) for n in range(2)])
    before = told(turn)
    for number in range(4):
        pictures = [an_upload(owner.id)] if number % 2 else []
        turn = further(settled(turn, answer=f"Answer {number}."), f"Question {number}?", pictures)
        now = told(turn)
        assert now[: len(before)] == before
        assert len(now) == len(before) + 2
        before = now


def test_an_answer_that_is_arriving_is_not_told(owner):
    first = a_turn(owner.id, "What?")
    second = further(settled(first), "And?")
    held(second)

    assert outline(told(second))[-1] == ("user", "And?")
