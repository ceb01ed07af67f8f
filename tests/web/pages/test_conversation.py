"""A conversation's page, and what can be done to the conversation as a whole."""

import json
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.pictures import chart, encoded
from visionapp.catalogue import cards
from visionapp.conversations import offers
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import Conversation, ModelListing, Turn
from visionapp.uploads.renditions import prepared_for


def test_the_page_shows_the_current_path_from_the_start(local_user):
    first = answered(a_turn(local_user.pk, "Which trend?"), "Sales **rose**.")
    answered(a_follow_up(first.conversation, "Another branch?"), "Not shown.")
    answered(a_follow_up(first.conversation, "And profits?", parent_id=first.pk), "They fell.")

    page = Client().get(f"/c/{first.conversation_id}/").content.decode()

    assert "Sales <strong>rose</strong>." in page
    assert page.index("Which trend?") < page.index("And profits?") < page.index("They fell.")
    assert "Not shown." not in page
    assert '<label class="visually-hidden" for="question">Follow-up</label>' in page
    assert ">Ask</button>" in page


def test_an_answer_being_written_comes_by_its_stream(local_user):
    turn = a_turn(local_user.pk)

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert f'data-url="/turns/{turn.pk}/stream/"' in page
    assert "data-send disabled>Ask</button>" in page


def test_a_settled_answer_opens_no_stream(local_user):
    turn = answered(a_turn(local_user.pk))

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert "<reply-stream" not in page
    assert "data-send >Ask</button>" in page


def test_what_an_answer_cost_stands_below_it(local_user, with_a_key):
    turn = answered(a_turn(local_user.pk))

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert "<span>Claude Sonnet 5.5</span><span>100 tokens in</span><span>20 out</span>" in page
    assert f"<span>${turn.cost_usd:.4f}</span>" in page


def test_several_pictures_are_named_as_the_model_knows_them(local_user):
    pictures = [a_picture(local_user.pk, name=f"{n}.png") for n in range(2)]
    turn = a_turn(local_user.pk, pictures=pictures)

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert page.index("Image 1") < page.index("Image 2")


@pytest.mark.parametrize("address", ["/c/{}/", "/c/{}/ask/", "/c/{}/rename/", "/c/{}/delete/"])
def test_a_conversation_that_is_not_there_is_not_found(local_user, address):
    path = address.format(uuid4())
    call = Client().get if path.count("/") == 3 else Client().post

    assert call(path).status_code == 404


def test_a_conversation_is_renamed(local_user):
    conversation = a_turn(local_user.pk).conversation

    response = Client().post(f"/c/{conversation.pk}/rename/", {"title": "  Sales \n <b> "})

    assert response.status_code == 200
    assert ">Sales &lt;b&gt;</h1>" in response.content.decode()
    conversation.refresh_from_db()
    assert conversation.title == "Sales <b>"


def test_an_empty_title_changes_nothing(local_user):
    conversation = a_turn(local_user.pk, "What is it?").conversation

    response = Client().post(f"/c/{conversation.pk}/rename/", {"title": " \n "})

    assert ">What is it?</h1>" in response.content.decode()
    conversation.refresh_from_db()
    assert conversation.title == "What is it?"


def test_a_title_is_cut_to_what_can_be_kept(local_user):
    conversation = a_turn(local_user.pk).conversation

    assert Client().post(f"/c/{conversation.pk}/rename/", {"title": "x" * 500}).status_code == 200

    conversation.refresh_from_db()
    assert conversation.title == "x" * 200


def test_a_conversation_is_deleted_with_its_files(local_user, django_capture_on_commit_callbacks):
    picture = a_picture(local_user.pk)
    turn = answered(a_turn(local_user.pk, pictures=[picture]))

    with django_capture_on_commit_callbacks(execute=True):
        response = Client().post(f"/c/{turn.conversation_id}/delete/")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Conversation.objects.exists()
    assert not default_storage.exists(picture.upload.file.name)


def test_a_conversation_is_not_deleted_by_a_link(local_user):
    turn = a_turn(local_user.pk)

    response = Client().get(f"/c/{turn.conversation_id}/delete/")

    assert response.status_code == 405
    assert Conversation.objects.exists()


def test_a_new_title_or_turn_to_read_is_no_use_of_the_conversation(local_user):
    turn = answered(a_turn(local_user.pk))
    used = turn.conversation.updated_at

    Client().post(f"/c/{turn.conversation_id}/rename/", {"title": "So\0 many"})

    renamed = Conversation.objects.get()
    assert (renamed.title, renamed.updated_at) == ("So many", used)


def test_a_card_that_a_newer_version_stored_breaks_no_page(local_user, with_a_key):
    card = cards.dump(cards.built_in()[0]) | {"smell": "roses"}
    source = offers.source()
    ModelListing.objects.create(source=source, cards=[card], fetched_at=timezone.now())

    assert Client().get("/").status_code == 200


def test_a_pictures_size_is_the_one_that_the_threads_model_is_sent(local_user, with_a_key):
    picture = a_picture(local_user.pk, data=encoded(chart(2000, 1000)))
    standard = prepared_for(picture, "standard")
    turn = answered(a_turn(local_user.pk, pictures=[picture]))

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert 'data-sent-width="2000"' in page
    Turn.objects.filter(pk=turn.pk).update(model="llava")
    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()
    assert f'data-sent-width="{standard.width}"' in page


def test_a_picture_of_which_another_size_is_there_shows_that(local_user, with_a_key):
    picture = a_picture(local_user.pk, data=encoded(chart(2000, 1000)))
    turn = answered(a_turn(local_user.pk, pictures=[picture]))
    Turn.objects.filter(pk=turn.pk).update(model="llava")

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert 'data-sent-width="2000"' in page
    assert picture.prepared_images.count() == 1


def two_pictures(turn_of):
    pictures = [a_picture(turn_of, name=f"{number}.png") for number in range(2)]
    return pictures, answered(a_turn(turn_of, pictures=pictures))


def test_every_picture_of_the_thread_can_be_taken_out(local_user):
    pictures, turn = two_pictures(local_user.pk)

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    for number, picture in enumerate(pictures, start=1):
        address = f"/c/{turn.conversation_id}/pictures/{picture.pk}/take-out/"
        assert f'hx-post="{address}"' in page
        assert f">Take Image {number} out of the thread</button>" in page
    assert "data-taken-out" not in page
    assert "Put" not in page


def test_a_picture_that_is_alone_has_no_number(local_user):
    turn = answered(a_turn(local_user.pk))

    page = Client().get(f"/c/{turn.conversation_id}/").content.decode()

    assert ">Take this picture out of the thread</button>" in page


def test_a_picture_that_is_taken_out_is_marked_wherever_it_is_shown(local_user):
    pictures, turn = two_pictures(local_user.pk)
    address = f"/c/{turn.conversation_id}/pictures/{pictures[0].pk}"

    response = Client().post(f"{address}/take-out/")

    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="pictures-{turn.pk}" hx-swap-oob="true"' in page
    assert "<article" not in page
    assert f'hx-post="{address}/put-back/"' in page
    assert "Take Image 1 out" not in page
    assert "Take Image 2 out" in page
    news = json.loads(response["HX-Trigger-After-Settle"])["picture-taken"]
    assert (news["id"], news["out"]) == (str(pictures[0].pk), True)
    # Among the questions, and in the strip of all pictures.
    assert Client().get(f"/c/{turn.conversation_id}/").content.count(b"data-taken-out") == 2


def test_a_picture_is_put_back(local_user):
    pictures, turn = two_pictures(local_user.pk)
    address = f"/c/{turn.conversation_id}/pictures/{pictures[0].pk}"
    Client().post(f"{address}/take-out/")

    response = Client().post(f"{address}/put-back/")

    assert f'hx-post="{address}/take-out/"' in response.content.decode()
    assert not json.loads(response["HX-Trigger-After-Settle"])["picture-taken"]["out"]
    assert b"data-taken-out" not in Client().get(f"/c/{turn.conversation_id}/").content


def test_all_questions_that_show_the_picture_are_renewed(local_user):
    pictures, first = two_pictures(local_user.pk)
    other = answered(a_follow_up(first.conversation))
    second = follow_up(
        conversation=first.conversation,
        instruction="Again?",
        choices=Choices(),
        picture_ids=[pictures[0].pk],
    )

    page = (
        Client()
        .post(f"/c/{first.conversation_id}/pictures/{pictures[0].pk}/take-out/")
        .content.decode()
    )

    assert f'id="pictures-{first.pk}"' in page
    assert f'id="pictures-{second.pk}"' in page
    assert f'id="pictures-{other.pk}"' not in page
    assert "Put Image 1 back" in page
    assert "Put Image 3 back" in page


@pytest.mark.parametrize("deed", ["take-out", "put-back"])
def test_a_picture_that_the_thread_does_not_show_is_not_found(local_user, stranger, deed):
    turn = answered(a_turn(local_user.pk))
    theirs = answered(a_turn(stranger.id))
    shown = theirs.pictures.get()

    for conversation, picture in (
        (turn.conversation_id, a_picture(local_user.pk).pk),
        (turn.conversation_id, shown.picture_id),
        (theirs.conversation_id, shown.picture_id),
    ):
        path = f"/c/{conversation}/pictures/{picture}/{deed}/"
        assert Client().post(path).status_code == 404
        assert Client().get(path).status_code == 405

    shown.refresh_from_db()
    assert not shown.taken_out
