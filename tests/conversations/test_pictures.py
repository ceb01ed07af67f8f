"""Pictures are taken out of a thread and put back."""

import pytest

from tests.support.builders import a_picture, a_turn
from tests.support.turns import held, settled
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import TurnPicture
from visionapp.conversations.pictures import put_back, take_out
from visionapp.errors import Missing


@pytest.fixture
def picture(owner):
    return a_picture(owner.id)


def taken_out() -> list[bool]:
    return list(TurnPicture.objects.order_by("pk").values_list("taken_out", flat=True))


def test_a_picture_is_taken_out_and_put_back(owner, picture):
    turn = a_turn(owner.id, pictures=[picture, a_picture(owner.id)])

    take_out(turn.conversation, picture.pk)
    take_out(turn.conversation, picture.pk)
    assert taken_out() == [True, False]

    put_back(turn.conversation, picture.pk)
    assert taken_out() == [False, False]


def test_it_is_taken_out_of_every_turn_that_shows_it(owner, picture):
    first = settled(a_turn(owner.id, pictures=[picture]))
    follow_up(
        conversation=first.conversation,
        instruction="Look again.",
        choices=Choices(),
        picture_ids=[picture.pk],
    )

    take_out(first.conversation, picture.pk)

    assert taken_out() == [True, True]


def test_it_stays_in_other_threads(owner, picture):
    here, _ = (a_turn(owner.id, pictures=[picture]) for _ in range(2))

    take_out(here.conversation, picture.pk)

    assert taken_out() == [True, False]


def test_an_answer_that_is_under_way_goes_on(owner, picture):
    turn = a_turn(owner.id, pictures=[picture])
    hold = held(turn)

    take_out(turn.conversation, picture.pk)

    hold.renew()
    assert taken_out() == [True]


@pytest.mark.parametrize("change", [take_out, put_back])
def test_a_picture_that_the_thread_does_not_show_is_missing(owner, picture, change):
    turn = a_turn(owner.id)

    with pytest.raises(Missing):
        change(turn.conversation, picture.pk)

    assert taken_out() == [False]
