"""What a model is told of a path: pictures before words, settled answers only."""

import pytest

from tests.support.builders import a_picture, a_png, a_turn
from tests.support.turns import BUSY, DONE, held, settled
from visionapp.catalogue import cards
from visionapp.content import ImagePart, LeftOut, Message, TextPart
from visionapp.conversations import fitting
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.paths import path_to
from visionapp.conversations.pictures import put_back, take_out
from visionapp.conversations.transcript import transcript_of
from visionapp.reply import Done, Stopped
from visionapp.uploads.renditions import bytes_of, prepared_for

HIGH = cards.built_in()[0]
STANDARD = cards.unknown("llava")


def transcript(turn, card=HIGH, **more):
    return transcript_of(path_to(turn.conversation, turn.pk), card, **more)


def told(turn, card=HIGH):
    return transcript(turn, card).messages


def further(turn, question="And then?", pictures=()):
    return follow_up(
        conversation=turn.conversation,
        instruction=question,
        choices=Choices(),
        picture_ids=[picture.pk for picture in pictures],
        parent_id=turn.pk,
    )


def outline(said):
    """Return who said what, pictures as their labels in brackets, or in braces if left out."""
    return [(message.role, *map(part_of, message.parts)) for message in said]


def part_of(part):
    if isinstance(part, LeftOut):
        return f"{{{part.text}}}"
    return part.text if isinstance(part, TextPart) else f"[{part.label}]"


def test_a_question_is_told_after_its_picture(owner):
    turn = a_turn(owner.id, "What does it show?")

    image = prepared_for(turn.pictures.get().picture, "high")
    part = ImagePart("image/png", image.width, image.height, bytes_of(image))
    assert told(turn) == (Message("user", (part, TextPart("What does it show?"))),)


def test_several_pictures_are_numbered_in_the_order_given(owner):
    pictures = [a_picture(owner.id, data=a_png(400 + n, 300)) for n in range(3)]

    said = told(a_turn(owner.id, "Compare.", pictures=pictures))

    assert outline(said) == [("user", "[Image 1:]", "[Image 2:]", "[Image 3:]", "Compare.")]
    assert [part.width for part in said[0].parts[:3]] == [400, 401, 402]


def test_numbers_go_on_in_later_turns(owner):
    first = settled(a_turn(owner.id, "What?"), answer="A chart.")
    turn = further(first, "And this?", [a_picture(owner.id)])

    assert outline(told(turn)) == [
        ("user", "[]", "What?"),
        ("assistant", "A chart."),
        ("user", "[Image 2:]", "And this?"),
    ]


def test_a_tier_gets_the_pictures_made_for_it(owner):
    picture = a_picture(owner.id, data=a_png(2000, 1000))
    turn = a_turn(owner.id, pictures=[picture])

    high, standard = (told(turn, card)[0].parts[0] for card in (HIGH, STANDARD))

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
    second = settled(further(first, "And?", [a_picture(owner.id)]), BUSY, "")
    third = settled(further(second, "Well?"), Stopped(), "")

    said = told(further(third, "So?", [a_picture(owner.id)]))

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
    turn = a_turn(owner.id, pictures=[a_picture(owner.id, data=a_png(50 + n)) for n in range(2)])
    before = told(turn)
    for number in range(4):
        pictures = [a_picture(owner.id)] if number % 2 else []
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


def test_what_is_sent_is_named_in_the_order_of_the_images(owner):
    pictures = [a_picture(owner.id, data=a_png(width=40 + n)) for n in range(3)]
    first = settled(a_turn(owner.id, pictures=pictures[:1]), BUSY, "")
    turn = further(first, "And these?", pictures[1:])

    result = transcript(turn)

    assert [(each.number, each.picture) for each in result.sent] == [
        (number, picture) for number, picture in enumerate(pictures, start=1)
    ]
    images = [part for part in result.messages[0].parts if isinstance(part, ImagePart)]
    assert [part.data for part in images] == [bytes_of(each.image) for each in result.sent]
    assert result.notices == ()


def test_a_picture_that_was_taken_out_leaves_a_sentence_and_the_others_keep_their_numbers(owner):
    pictures = [a_picture(owner.id, data=a_png(width=40 + n)) for n in range(3)]
    turn = a_turn(owner.id, "Compare.", pictures=pictures)

    take_out(turn.conversation, pictures[1].pk)
    assert outline(told(turn)) == [
        (
            "user",
            "[Image 1:]",
            "{Image 2 was taken out of the conversation.}",
            "[Image 3:]",
            "Compare.",
        )
    ]
    assert [each.number for each in transcript(turn).sent] == [1, 3]

    put_back(turn.conversation, pictures[1].pk)
    assert outline(told(turn)) == [("user", "[Image 1:]", "[Image 2:]", "[Image 3:]", "Compare.")]


def test_a_question_can_be_asked_although_all_its_pictures_were_taken_out(owner):
    turn = a_turn(owner.id, "What?")
    take_out(turn.conversation, turn.pictures.get().picture_id)

    assert outline(told(turn)) == [
        ("user", "{Image 1 was taken out of the conversation.}", "What?")
    ]
    assert transcript(turn).sent == ()


def test_a_picture_that_one_request_cannot_hold_leaves_a_sentence(owner, monkeypatch):
    pictures = [a_picture(owner.id, data=a_png(width=40 + n)) for n in range(2)]
    first = settled(a_turn(owner.id, "What?", pictures=pictures[:1]), answer="A chart.")
    turn = further(first, "And this?", pictures[1:])
    monkeypatch.setattr(fitting, "MOST_BYTES", 450)

    result = transcript(turn)

    assert outline(result.messages) == [
        (
            "user",
            "{Image 1 is left out: one request cannot hold all pictures of the conversation.}",
            "What?",
        ),
        ("assistant", "A chart."),
        ("user", "[Image 2:]", "And this?"),
    ]
    assert result.notices == (("images.left_out_bytes", 1),)


def test_words_are_weighed_with_the_pictures(owner, monkeypatch):
    pictures = [a_picture(owner.id, data=a_png(width=40 + n)) for n in range(2)]
    first = settled(a_turn(owner.id, "What?", pictures=pictures[:1]), answer="A chart.")
    turn = further(first, "And this?", pictures[1:])
    weight = sum(4 * -(-each.image.bytes // 3) for each in transcript(turn).sent)
    monkeypatch.setattr(fitting, "MOST_BYTES", weight + 100)
    assert len(transcript(turn).sent) == 2

    first.answer = "é" * 20
    first.save()

    assert [each.number for each in transcript(turn).sent] == [2]


def test_the_same_picture_may_come_again_under_another_number(owner):
    picture = a_picture(owner.id)
    first = settled(a_turn(owner.id, "What?", pictures=[picture]), answer="A chart.")

    said = told(further(first, "Look again.", [picture]))

    assert outline(said)[-1] == ("user", "[Image 2:]", "Look again.")
    assert said[0].parts[0].data == said[-1].parts[0].data


@pytest.mark.parametrize("count", [2, 12])
def test_a_path_costs_as_many_queries_however_long_it_is(owner, django_assert_num_queries, count):
    picture = a_picture(owner.id)
    turn = settled(a_turn(owner.id, pictures=[picture]))
    for number in range(count):
        turn = settled(further(turn, f"And {number}?", [picture]))

    conversation = turn.conversation
    with django_assert_num_queries(4):
        result = transcript_of(path_to(conversation, turn.pk), HIGH)

    assert len(result.sent) == count + 1
