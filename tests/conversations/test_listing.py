"""Finding conversations, and the sign that a worker is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.builders import a_picture, a_turn
from tests.support.turns import settled
from visionapp.conversations import pulse
from visionapp.conversations.models import Conversation, WorkerPulse


@pytest.fixture
def sales(owner) -> Conversation:
    """A conversation about sales; another one is about cats."""
    picture = a_picture(owner.id)
    settled(a_turn(owner.id, "Which cat is it?", pictures=[picture]), answer="A Manx.")
    question = "How did sales go?\nIn per cent."
    return settled(
        a_turn(owner.id, question, pictures=[picture]), answer="Up 12% in Ägypten."
    ).conversation


@pytest.mark.parametrize(
    "query", ["SALES", "cent", "12%", "up sales", "go? cent.", "Ägypten", "  sales  "]
)
def test_words_of_title_question_and_answer_find_a_conversation(sales, query):
    assert list(Conversation.objects.matching(query)) == [sales]


@pytest.mark.parametrize("query", ["sales manx", "13%", "s_les", "%%", "\\"])
def test_words_that_are_not_all_there_find_nothing(sales, query):
    assert not Conversation.objects.matching(query).exists()


def test_no_words_find_all(sales):
    assert Conversation.objects.matching("  ").count() == 2


def test_the_list_holds_a_persons_own_newest_first_without_archived_ones(sales, owner, stranger):
    a_turn(stranger.id)
    newest = a_turn(owner.id).conversation
    Conversation.objects.filter(title__contains="cat").update(archived=True)

    assert list(Conversation.objects.owned_by(owner.id).listed()) == [newest, sales]


def test_a_worker_that_left_a_sign_of_late_is_there(db):
    assert not pulse.is_beating()

    pulse.beat()
    pulse.beat()

    assert pulse.is_beating()
    assert WorkerPulse.objects.count() == 1


def test_a_worker_that_left_no_sign_for_long_is_not_there(db):
    pulse.beat()
    WorkerPulse.objects.update(seen_at=timezone.now() - pulse.PATIENCE - timedelta(seconds=1))

    assert not pulse.is_beating()


def test_a_search_of_very_many_words_looks_for_the_first_of_them(owner):
    a_turn(owner.id, "Sales of 2025")

    found = Conversation.objects.matching("sales " * 20 + "never said " * 1000)

    assert found.count() == 1
