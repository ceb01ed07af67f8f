"""One turn on a conversation's page: shown, stopped, tried again."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.support.builders import a_follow_up, a_turn, answered
from tests.support.claude import ScriptedClaude
from visionapp.analysis.run import run_turn
from visionapp.conversations.life import Hold
from visionapp.conversations.models import Turn
from visionapp.errors import Unavailable


def failed(turn: Turn) -> Turn:
    run_turn(turn.pk, claude=ScriptedClaude("Half ", failure=Unavailable("Come back later.")))
    return turn


def shown(turn: Turn) -> str:
    response = Client().get(f"/turns/{turn.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_waiting_turn_says_so_and_can_be_stopped(local_user):
    page = shown(a_turn(local_user.pk))

    assert 'data-state="waiting"' in page
    assert "Waiting for its turn" in page
    assert "Stop" in page


def test_an_answered_turn_shows_its_answer(local_user):
    page = shown(answered(a_turn(local_user.pk), "Sales *rose*."))

    assert "Sales <em>rose</em>." in page
    assert "Retry" not in page


def test_a_failed_turn_says_why_and_can_be_tried_again(local_user):
    page = shown(failed(a_turn(local_user.pk)))

    assert "Come back later." in page
    assert "Retry" in page
    assert "Half" in page


def test_an_answer_that_was_declined_says_so(local_user):
    turn = a_turn(local_user.pk)
    run_turn(
        turn.pk,
        claude=ScriptedClaude("Begun", stop_reason="refusal", explanation="It was <policy>."),
    )

    page = shown(turn)

    assert "The model declined to answer this. It was &lt;policy&gt;." in page
    assert "Begun" not in page


def test_an_answer_that_was_cut_off_says_so(local_user):
    turn = a_turn(local_user.pk)
    run_turn(turn.pk, claude=ScriptedClaude("Long", stop_reason="max_tokens"))

    assert "reached its length limit" in shown(turn)


def test_only_the_turn_itself_is_shown(local_user):
    first = answered(a_turn(local_user.pk, "Which trend?"))
    page = shown(a_follow_up(first.conversation, "And then?"))

    assert page.count("<article") == 1
    assert "Which trend?" not in page


def test_a_waiting_turn_is_stopped(local_user):
    turn = a_turn(local_user.pk)

    response = Client().post(f"/turns/{turn.pk}/stop/")

    assert (response.status_code, response.content) == (204, b"")
    assert "You stopped this answer." in shown(turn)


def test_a_worker_is_asked_to_stop(local_user):
    turn = a_turn(local_user.pk)
    Hold.claim(turn.pk)

    assert Client().post(f"/turns/{turn.pk}/stop/").status_code == 204

    turn.refresh_from_db()
    assert (turn.state, turn.stop_requested) == ("answering", True)


def test_stopping_what_has_just_ended_is_no_mistake(local_user):
    turn = answered(a_turn(local_user.pk))

    assert Client().post(f"/turns/{turn.pk}/stop/").status_code == 204

    turn.refresh_from_db()
    assert turn.state == "answered"


def test_a_failed_turn_is_tried_again(local_user):
    turn = failed(a_turn(local_user.pk))

    response = Client().post(f"/turns/{turn.pk}/retry/")

    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="turn-{turn.pk}"' in page
    assert 'data-state="waiting"' in page
    assert "Half" not in page


def test_an_answered_turn_is_not_tried_again(local_user):
    turn = answered(a_turn(local_user.pk))

    response = Client().post(f"/turns/{turn.pk}/retry/")

    assert response.status_code == 409
    assert "Only a stopped or failed answer can be tried again." in response.content.decode()


@pytest.mark.parametrize("deed", ["", "stop/", "retry/", "stream/"])
def test_a_turn_that_is_not_there_or_somebody_elses_is_not_found(local_user, stranger, deed):
    theirs = a_turn(stranger.id)
    call = Client().post if deed in {"stop/", "retry/"} else Client().get

    for pk in (uuid4(), theirs.pk):
        assert call(f"/turns/{pk}/{deed}").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "waiting"
