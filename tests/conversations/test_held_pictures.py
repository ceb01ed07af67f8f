"""Pictures that are held to a smaller size, for all of a conversation and for no other."""

import pytest

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from visionapp.conversations.models import TurnPicture
from visionapp.conversations.paths import path_to
from visionapp.conversations.pictures import held, hold

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_held_at_first(owner):
    turn = a_turn(owner.id)

    assert held(path_to(turn.conversation, turn.pk)) == {}


def test_a_picture_is_held_in_its_own_conversation_alone(owner):
    pictures = [a_picture(owner.id, name) for name in ("a.png", "b.png")]
    turn, other = (a_turn(owner.id, pictures=pictures) for _ in range(2))

    hold(turn.conversation, [pictures[0].pk], "many")

    assert held(path_to(turn.conversation, turn.pk)) == {pictures[0].pk: "many"}
    assert held(path_to(other.conversation, other.pk)) == {}


def test_later_questions_know_it_too(owner):
    turn = answered(a_turn(owner.id))
    picture = turn.pictures.get().picture
    hold(turn.conversation, [picture.pk], "standard")

    later = a_follow_up(turn.conversation)

    assert held(path_to(later.conversation, later.pk)) == {picture.pk: "standard"}


@pytest.mark.parametrize(
    ("tiers", "kept"),
    [(("many", "standard"), "standard"), (("standard", "many"), "standard")],
)
def test_it_is_never_held_to_a_larger_size_again(owner, tiers, kept):
    turn = a_turn(owner.id)
    for tier in tiers:
        hold(turn.conversation, [turn.pictures.get().picture_id], tier)

    assert TurnPicture.objects.get().held_to == kept
