"""``/turns``: read, stopped, tried again."""

from uuid import uuid4

import pytest

from tests.support.builders import a_picture, a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.contract import assert_money, assert_turn
from tests.support.problems import assert_problem
from tests.support.turns import settled
from visionapp.analysis.run import run_turn
from visionapp.conversations.life import Hold
from visionapp.conversations.models import Turn
from visionapp.errors import Unavailable
from visionapp.reply import Failed

REFUSED = Failed("claude.image_refused", "Claude refused Image 2 (“b.png”).", retryable=False)


def failed(turn: Turn) -> Turn:
    run_turn(turn.pk, claude=ScriptedClaude("Sales ", failure=Unavailable()))
    return turn


def test_an_answered_turn_says_everything_about_itself(owner, with_a_key):
    turn = answered(a_turn(owner.id), "Sales rose.")

    said = owner.api().get(f"turns/{turn.pk}").json()

    assert_turn(said)
    assert (said["state"], said["stop_reason"], said["answer"]) == (
        "answered",
        "end_turn",
        "Sales rose.",
    )
    assert said["usage"] == {
        "input_tokens": 100,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "output_tokens": 20,
    }
    assert assert_money(said["cost_usd"]) == turn.cost_usd > 0
    assert said["request_id"] == "req_scripted"
    assert said["attempt"] == 1
    assert None not in (said["started_at"], said["first_text_at"], said["settled_at"])


def test_a_demo_answer_costs_nothing_and_says_so(owner):
    turn = answered(a_turn(owner.id))

    assert owner.api().get(f"turns/{turn.pk}").json()["cost_usd"] == "0"


def test_a_failed_turn_says_why(owner):
    turn = failed(a_turn(owner.id))

    said = owner.api().get(f"turns/{turn.pk}").json()

    assert_turn(said)
    assert said["state"] == "failed"
    assert said["failure"] == {
        "code": "unavailable",
        "message": Unavailable.message,
        "retryable": True,
    }
    assert said["answer"] == "Sales "


def test_a_waiting_turn_is_stopped_at_once(owner):
    turn = a_turn(owner.id)

    response = owner.api().post(f"turns/{turn.pk}/stop")

    assert response.status_code == 200
    assert_turn(response.json())
    assert response.json()["state"] == "stopped"


def test_an_answering_turn_is_asked_to_stop(owner):
    turn = a_turn(owner.id)
    Hold.claim(turn.pk)

    response = owner.api().post(f"turns/{turn.pk}/stop")

    assert response.json()["state"] == "answering"
    turn.refresh_from_db()
    assert turn.stop_requested


def test_an_answered_turn_cannot_be_stopped(owner):
    turn = answered(a_turn(owner.id))

    assert_problem(owner.api().post(f"turns/{turn.pk}/stop"), 409, "turn.settled")


def test_a_failed_turn_waits_again(owner):
    turn = failed(a_turn(owner.id))

    response = owner.api().post(f"turns/{turn.pk}/retry")

    assert response.status_code == 200
    said = response.json()
    assert_turn(said)
    assert (said["state"], said["answer"], said["failure"]) == ("waiting", "", None)
    assert said["settled_at"] is None


def test_a_stopped_turn_waits_again(owner):
    turn = a_turn(owner.id)
    owner.api().post(f"turns/{turn.pk}/stop")

    assert owner.api().post(f"turns/{turn.pk}/retry").json()["state"] == "waiting"


def test_a_turn_that_goes_well_is_not_tried_again(owner):
    waiting, done = a_turn(owner.id), answered(a_turn(owner.id))

    for turn in (waiting, done):
        response = owner.api().post(f"turns/{turn.pk}/retry")
        assert_problem(response, 409, "turn.not_retryable")


@pytest.mark.parametrize("deed", ["", "/stop", "/retry", "/events"])
def test_somebody_elses_turn_is_not_found(owner, stranger, deed):
    turn = a_turn(owner.id)
    api = stranger.api()
    call = api.post if deed in {"/stop", "/retry"} else api.get

    assert_problem(call(f"turns/{turn.pk}{deed}"), 404, "not_found")
    assert_problem(call(f"turns/{uuid4()}{deed}"), 404, "not_found")
    turn.refresh_from_db()
    assert turn.state == "waiting"


def test_a_turn_tells_how_its_pictures_had_to_be_fitted(owner):
    turn = answered(a_turn(owner.id))
    Turn.objects.update(notices=[["images.left_out_count", 30, 100], ["images.many", 25]])

    said = owner.api().get(f"turns/{turn.pk}").json()

    assert_turn(said)
    assert said["warnings"] == [
        "The 30 oldest pictures are left out, because the model takes 100 at a time.",
        "More than 20 pictures go along, so each is sent at 2,000 pixels or less.",
    ]


def test_a_turn_tells_which_pictures_were_refused(owner):
    pictures = [a_picture(owner.id) for _ in range(2)]
    turn = settled(a_turn(owner.id, pictures=pictures), REFUSED, "")
    Turn.objects.update(refused_pictures=[str(pictures[1].pk)])

    said = owner.api().get(f"turns/{turn.pk}").json()

    assert said["failure"]["code"] == "claude.image_refused"
    assert said["images_refused"] == [str(pictures[1].pk)]
    assert owner.api().post(f"turns/{turn.pk}/retry").json()["images_refused"] == []
