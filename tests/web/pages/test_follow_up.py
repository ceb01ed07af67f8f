"""A follow-up from a conversation's page: its turn, or the form and what is wrong with it."""

from django.test import Client

from tests.support.builders import a_picture, a_turn, answered
from visionapp.conversations.models import Turn


def ask(turn, **form):
    return Client().post(f"/c/{turn.conversation_id}/ask/", form)


def test_a_follow_up_answers_with_its_turn_alone(local_user):
    first = answered(a_turn(local_user.pk, "Which trend?"))

    response = ask(first, question="And profits?")

    turn = Turn.objects.exclude(pk=first.pk).get()
    page = response.content.decode()
    assert response.status_code == 200
    assert "HX-Retarget" not in response
    assert page.lstrip().startswith("<article")
    assert f'id="turn-{turn.pk}"' in page
    assert "And profits?" in page
    assert "Which trend?" not in page
    assert turn.parent == first


def test_a_follow_up_brings_a_picture_along(local_user):
    first = answered(a_turn(local_user.pk))
    picture = a_picture(local_user.pk, name="second.png")

    page = ask(first, question="And this?", images=[picture.pk]).content.decode()

    assert f'data-picture="{picture.pk}"' in page
    assert "Image 2" in page


def test_a_refused_follow_up_answers_with_the_form_and_what_was_written(local_user):
    first = answered(a_turn(local_user.pk))
    picture = a_picture(local_user.pk, name="second.png")

    response = ask(first, question="Why?", images=[picture.pk], model="gpt-9")

    page = response.content.decode()
    assert response.status_code == 422
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#composer", "outerHTML")
    assert page.lstrip().startswith("<form")
    assert "There is no model" in page
    assert ">Why?</textarea>" in page
    assert f'name="images" value="{picture.pk}"' in page
    assert Turn.objects.count() == 1


def test_a_follow_up_without_words_is_refused(local_user):
    first = answered(a_turn(local_user.pk))

    response = ask(first, question=" ")

    assert response.status_code == 422
    assert "Say what you want to know" in response.content.decode()


def test_a_follow_up_before_the_answer_is_refused(local_user):
    first = a_turn(local_user.pk)

    response = ask(first, question="So?")

    page = response.content.decode()
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#composer"
    assert "Wait for the answer, or stop it" in page
    assert ">So?</textarea>" in page
    assert Turn.objects.count() == 1


def test_nobody_asks_in_somebody_elses_conversation(local_user, stranger):
    theirs = answered(a_turn(stranger.id))

    assert ask(theirs, question="So?").status_code == 404
    assert Turn.objects.count() == 1


def test_characters_that_no_database_takes_are_left_out(local_user):
    first = answered(a_turn(local_user.pk))

    assert ask(first, question="So\0 what?").status_code == 200

    assert Turn.objects.exclude(pk=first.pk).get().question == "So what?"
