"""Paths: in order, of one branch, and at the same price for any length."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.builders import a_follow_up, a_picture, a_turn
from tests.support.turns import settled
from visionapp.conversations.models import Turn, TurnPicture
from visionapp.conversations.paths import path_to, with_pictures


def a_thread(owner_id: int, length: int) -> Turn:
    """Return the last of this many answered turns, each with a picture."""
    picture = a_picture(owner_id)
    turn = settled(a_turn(owner_id, pictures=[picture]))
    for _ in range(length - 1):
        turn = Turn.objects.create(
            conversation=turn.conversation,
            parent=turn,
            question="And then?",
            model=turn.model,
            max_tokens=turn.max_tokens,
            waiting_since=timezone.now(),
            hinted_at=timezone.now(),
            state=Turn.State.ANSWERED,
            answer="Sales rose.",
            stop_reason="end_turn",
            settled_at=timezone.now(),
        )
        TurnPicture.objects.create(turn=turn, picture=picture, place=0)
    return turn


def queries_to_read(turn: Turn) -> int:
    """Count the queries for a path with its pictures, and what is prepared of them."""
    with CaptureQueriesContext(connection) as queries:
        for step in path_to(turn.conversation, turn.pk):
            for picture in step.pictures.all():
                assert list(picture.picture.prepared_images.all())
    return len(queries)


def test_a_path_leads_from_the_root_to_the_turn(owner):
    first = settled(a_turn(owner.id))
    second = settled(a_follow_up(first.conversation))
    settled(a_follow_up(first.conversation))
    branch = a_follow_up(first.conversation, parent_id=second.pk)

    assert path_to(first.conversation, branch.pk) == [first, second, branch]
    assert path_to(first.conversation, second.pk) == [first, second]


def test_without_a_turn_there_is_no_path(owner):
    assert path_to(a_turn(owner.id).conversation, None) == []


def test_a_turn_of_another_conversation_has_no_path_here(owner):
    assert path_to(a_turn(owner.id).conversation, a_turn(owner.id).pk) == []


def test_a_long_path_takes_as_many_queries_as_a_short_one(owner):
    short, long = a_thread(owner.id, 5), a_thread(owner.id, 40)

    assert queries_to_read(short) == queries_to_read(long) <= 4


def test_a_list_of_turns_takes_as_many_queries_for_any_length(
    owner, django_assert_max_num_queries
):
    turn = a_thread(owner.id, 40)

    with django_assert_max_num_queries(3):
        turns = list(with_pictures(Turn.objects.filter(conversation=turn.conversation)))
        assert all(turn.pictures.all()[0].picture.name for turn in turns)
