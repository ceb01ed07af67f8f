"""Asking further: below which turn, with which pictures and which model."""

from uuid import uuid4

import pytest

from tests.support.builders import a_follow_up, a_picture, a_turn
from tests.support.turns import BUSY, DONE, held, settled
from visionapp.conversations import asking, refusals
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.removal import delete_conversation
from visionapp.errors import Missing
from visionapp.reply import Done, Stopped
from visionapp.uploads.refusals import PictureGone


@pytest.fixture
def first(owner) -> Turn:
    """A conversation's first turn, answered."""
    return settled(a_turn(owner.id))


def test_a_follow_up_goes_below_the_answered_turn_and_becomes_the_current_one(first):
    turn = a_follow_up(first.conversation)

    first.conversation.refresh_from_db()
    assert (turn.parent, turn.state) == (first, "waiting")
    assert first.conversation.current_turn == turn


def test_a_follow_up_moves_the_conversation_to_the_top(first):
    before = first.conversation.updated_at

    a_follow_up(first.conversation)

    first.conversation.refresh_from_db()
    assert first.conversation.updated_at > before


def test_a_turn_that_still_waits_is_passed_over_for_the_answered_one_above(first):
    a_follow_up(first.conversation)

    assert a_follow_up(first.conversation).parent == first


@pytest.mark.parametrize("end", [BUSY, Done("refusal"), Stopped()])
def test_a_turn_without_an_answer_to_replay_is_passed_over(first, end):
    settled(a_follow_up(first.conversation), end, answer="")

    assert a_follow_up(first.conversation).parent == first


def test_a_stopped_turn_with_words_can_be_built_upon(first):
    second = settled(a_follow_up(first.conversation), Stopped(), answer="Sales")

    assert a_follow_up(first.conversation).parent == second


def test_below_nothing_but_a_failure_the_follow_up_goes_below_the_failure(owner):
    only = settled(a_turn(owner.id), BUSY, answer="")

    assert a_follow_up(only.conversation).parent == only


def test_below_a_first_turn_that_is_not_settled_nothing_can_be_asked(owner):
    turn = a_turn(owner.id)
    with pytest.raises(refusals.ParentUnanswered):
        a_follow_up(turn.conversation)

    held(turn)
    with pytest.raises(refusals.ParentUnanswered):
        a_follow_up(turn.conversation)

    assert Turn.objects.count() == 1


def test_a_parent_that_is_named_begins_a_branch(first):
    settled(a_follow_up(first.conversation))

    branch = a_follow_up(first.conversation, parent_id=first.pk)

    assert branch.parent == first
    assert first.children.count() == 2


def test_a_follow_up_goes_on_in_the_branch_that_is_current(first):
    settled(a_follow_up(first.conversation))
    branch = settled(a_follow_up(first.conversation, parent_id=first.pk))

    assert a_follow_up(first.conversation).parent == branch


def test_a_parent_that_is_not_settled_is_refused(first):
    waiting = a_follow_up(first.conversation)

    with pytest.raises(refusals.ParentUnanswered):
        a_follow_up(first.conversation, parent_id=waiting.pk)


def test_a_parent_of_another_conversation_is_unknown(first, owner):
    elsewhere = settled(a_turn(owner.id))

    for parent_id in (elsewhere.pk, uuid4()):
        with pytest.raises(refusals.ParentUnknown):
            a_follow_up(first.conversation, parent_id=parent_id)

    assert first.conversation.turns.count() == 1


def test_the_model_of_the_turn_above_answers_unless_another_is_chosen(owner, settings):
    settings.DEMO = False
    opus = Choices(model="claude-opus-5-5")
    first = settled(a_turn(owner.id, choices=opus))

    same = a_follow_up(first.conversation)
    other = a_follow_up(first.conversation, choices=Choices(model="claude-haiku-5-5"))

    assert (same.model, other.model) == ("claude-opus-5-5", "claude-haiku-5-5")


def test_a_follow_up_may_bring_pictures_along(first):
    picture = a_picture(first.conversation.owner_id)

    turn = follow_up(
        conversation=first.conversation,
        instruction="And this one?",
        choices=Choices(),
        picture_ids=[picture.pk],
    )

    assert [shown.picture for shown in turn.pictures.all()] == [picture]


def test_a_follow_up_with_a_strangers_picture_is_refused(first, stranger):
    with pytest.raises(PictureGone):
        follow_up(
            conversation=first.conversation,
            instruction="And this one?",
            choices=Choices(),
            picture_ids=[a_picture(stranger.id).pk],
        )

    assert Turn.objects.count() == 1


def test_a_thread_may_hold_more_pictures_than_one_question(first, monkeypatch):
    monkeypatch.setattr(asking, "MAX_PICTURES", 1)
    pictures = [a_picture(first.conversation.owner_id) for _ in range(2)]

    def further(*pictures):
        return follow_up(
            conversation=first.conversation,
            instruction="And?",
            choices=Choices(),
            picture_ids=[picture.pk for picture in pictures],
        )

    assert further(pictures[0]).pictures.count() == 1
    with pytest.raises(refusals.TooManyPictures, match="up to 1 pictures; this one brings 2"):
        further(*pictures)


def test_a_follow_up_may_bring_a_picture_again_that_the_thread_has(first):
    picture = first.pictures.get().picture

    turn = follow_up(
        conversation=first.conversation,
        instruction="Look again.",
        choices=Choices(),
        picture_ids=[picture.pk],
    )

    assert [shown.picture for shown in turn.pictures.all()] == [picture]


def test_an_empty_follow_up_is_refused_and_the_conversation_stays(first):
    first.conversation.refresh_from_db()
    before = first.conversation.updated_at

    with pytest.raises(refusals.InstructionEmpty):
        a_follow_up(first.conversation, " ")

    first.conversation.refresh_from_db()
    assert (first.conversation.current_turn_id, first.conversation.updated_at) == (
        first.pk,
        before,
    )


def test_a_settled_turn_says_so(first):
    assert first.is_settled
    assert first.stop_reason == DONE.stop_reason
    assert not a_follow_up(first.conversation).is_settled


def test_a_follow_up_keeps_the_rules_that_the_thread_began_with(owner):
    rules = Choices(system="Answer in French.", max_tokens=500)
    first = settled(a_turn(owner.id, choices=rules))

    turn = a_follow_up(first.conversation)

    assert (turn.system, turn.max_tokens) == ("Answer in French.", 500)


def test_asking_in_a_conversation_that_is_gone_finds_nothing(owner):
    conversation = settled(a_turn(owner.id)).conversation
    stale = Conversation.objects.get(pk=conversation.pk)
    delete_conversation(conversation)

    with pytest.raises(Missing):
        follow_up(conversation=stale, instruction="And then?", choices=Choices())
