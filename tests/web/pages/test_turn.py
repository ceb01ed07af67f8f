"""One turn on a conversation's page: shown, stopped, tried again."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.turns import settled
from visionapp.analysis.run import run_turn
from visionapp.conversations import fitting
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.life import Hold
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import take_out
from visionapp.errors import Unavailable
from visionapp.reply import Failed
from visionapp.web.words import request_warnings

REFUSED = Failed("claude.image_refused", "Claude refused it.", retryable=False)


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


def refused(turn: Turn, *places: int) -> Turn:
    """Let a turn fail for those of its pictures, or for one that nobody knows."""
    own = [shown.picture_id for shown in turn.pictures.all()]
    settled(turn, REFUSED, "")
    ids = [str(own[place]) for place in places]
    Turn.objects.filter(pk=turn.pk).update(refused_pictures=ids)
    return turn


def two_pictures(owner_id: int):
    return [a_picture(owner_id, name=f"{number}.png") for number in range(2)]


def test_a_refused_picture_can_be_taken_out_with_one_press(local_user):
    pictures = two_pictures(local_user.pk)
    turn = refused(a_turn(local_user.pk, pictures=pictures), 1)

    page = shown(turn)

    assert "Claude refused it." in page
    assert f'hx-post="/turns/{turn.pk}/without/{pictures[1].pk}/"' in page
    assert "Take out Image 2 and try again" in page
    assert "Take out Image 1 and try again" not in page
    assert "Retry" in page


def test_when_nobody_knows_which_any_picture_of_the_thread_can_be_taken_out(local_user):
    first = answered(a_turn(local_user.pk))
    turn = follow_up(
        conversation=first.conversation,
        instruction="And these?",
        choices=Choices(),
        picture_ids=[picture.pk for picture in two_pictures(local_user.pk)],
    )

    page = shown(refused(turn))

    assert [f"Take out Image {number} and try again" in page for number in (1, 2, 3, 4)] == [
        True,
        True,
        True,
        False,
    ]


def test_a_picture_that_is_shown_twice_is_offered_once(local_user):
    pictures = two_pictures(local_user.pk)
    first = answered(a_turn(local_user.pk, pictures=pictures))
    turn = follow_up(
        conversation=first.conversation,
        instruction="And again?",
        choices=Choices(),
        picture_ids=[pictures[0].pk],
    )

    page = shown(refused(turn, 0))

    assert page.count("Take out Image 1 and try again") == page.count("and try again") == 1


def test_what_is_taken_out_already_is_not_offered(local_user):
    pictures = two_pictures(local_user.pk)
    turn = refused(a_turn(local_user.pk, pictures=pictures))
    take_out(turn.conversation, pictures[0].pk)

    page = shown(turn)

    assert "Take out Image 1 and try again" not in page
    assert "Take out Image 2 and try again" in page


@pytest.mark.parametrize("code", ["claude.too_large", "image.missing"])
def test_other_failures_that_fewer_pictures_mend_offer_them_too(local_user, code):
    turn = a_turn(local_user.pk, pictures=two_pictures(local_user.pk))
    settled(turn, Failed(code, "It does not go.", retryable=False), "")

    page = shown(turn)

    assert "Take out Image 1 and try again" in page
    assert "Take out Image 2 and try again" in page


def test_an_older_failure_offers_nothing(local_user):
    turn = refused(a_turn(local_user.pk))
    below = a_follow_up(turn.conversation)

    page = Client().get(f"/c/{below.conversation_id}/").content.decode()

    assert "Claude refused it." in page
    assert "and try again" not in page


def test_another_failure_offers_no_picture(local_user):
    assert "Take out" not in shown(failed(a_turn(local_user.pk)))


def test_a_turn_is_tried_again_without_a_picture(local_user):
    pictures = two_pictures(local_user.pk)
    turn = refused(a_turn(local_user.pk, pictures=pictures), 1)

    response = Client().post(f"/turns/{turn.pk}/without/{pictures[1].pk}/")

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<article") == 1
    assert f'id="turn-{turn.pk}" data-state="waiting"' in page
    assert "Put Image 2 back" in page
    assert "Take Image 1 out of the thread" in page
    assert '"picture-taken"' in response["HX-Trigger-After-Settle"]
    turn.refresh_from_db()
    assert (turn.state, turn.refused_pictures) == ("waiting", [])
    assert [shown.taken_out for shown in turn.pictures.all()] == [False, True]


def test_the_questions_above_that_show_the_picture_are_renewed_too(local_user):
    first = answered(a_turn(local_user.pk, pictures=two_pictures(local_user.pk)))
    picture = first.pictures.first().picture
    turn = refused(a_follow_up(first.conversation))

    page = Client().post(f"/turns/{turn.pk}/without/{picture.pk}/").content.decode()

    assert f'id="pictures-{first.pk}" hx-swap-oob="true"' in page
    assert page.count("<article") == 1


def test_a_picture_of_another_thread_is_not_taken_out_and_nothing_is_tried_again(local_user):
    turn = refused(a_turn(local_user.pk), 0)

    for pk in (a_picture(local_user.pk).pk, uuid4()):
        assert Client().post(f"/turns/{turn.pk}/without/{pk}/").status_code == 404

    turn.refresh_from_db()
    assert turn.state == "failed"


def test_a_turn_that_cannot_be_tried_again_keeps_its_pictures(local_user):
    turn = answered(a_turn(local_user.pk))
    picture = turn.pictures.get()

    response = Client().post(f"/turns/{turn.pk}/without/{picture.picture_id}/")

    assert response.status_code == 409
    picture.refresh_from_db()
    assert not picture.taken_out


def test_how_pictures_were_fitted_is_told_once(local_user):
    first = answered(a_turn(local_user.pk))
    second = answered(a_follow_up(first.conversation))
    third = answered(a_follow_up(first.conversation))
    notices = [["images.many", 25]]
    Turn.objects.filter(pk=second.pk).update(notices=notices)
    Turn.objects.filter(pk=third.pk).update(notices=[*notices, ["images.smaller_bytes", 1]])

    assert "2,000 pixels" not in shown(first)
    assert "More than 20 pictures go along, so each is sent at 2,000 pixels" in shown(second)
    page = shown(third)
    assert "2,000 pixels" not in page
    assert "The oldest picture is sent smaller, because one request holds 32 MB." in page


SENTENCES = {
    (
        "images.many",
        25,
    ): "More than 20 pictures go along, so each is sent at 2,000 pixels or less.",
    ("images.smaller_bytes", 3): "The 3 oldest pictures are sent smaller, because one request "
    "holds 32 MB.",
    ("images.smaller_window", 1): "The oldest picture is sent smaller, because the model takes in "
    "no more.",
    ("images.left_out_bytes", 1): "The oldest picture is left out, because one request holds "
    "32 MB.",
    ("images.left_out_window", 2): "The 2 oldest pictures are left out, because the model takes "
    "in no more.",
    ("images.left_out_count", 1200, 600): "The 1,200 oldest pictures are left out, because the "
    "model takes 600 at a time.",
    ("images.repaired", 1): (
        "Claude refused a picture at full size, so it was sent once more, smaller."
    ),
    ("images.repaired", 2): (
        "Claude refused 2 pictures at full size, so they were sent once more, smaller."
    ),
    ("images.newer_kind", 2): "images.newer_kind",
}


@pytest.mark.parametrize(("notice", "sentence"), SENTENCES.items(), ids=str)
def test_each_way_of_fitting_has_a_sentence(notice, sentence):
    assert request_warnings([notice]) == [sentence]


def test_every_way_of_fitting_has_a_sentence_of_its_own():
    codes = {value for value in vars(fitting).values() if str(value).startswith("images.")}

    assert codes == {code for code, *_ in SENTENCES} - {"images.newer_kind"}
