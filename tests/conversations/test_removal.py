"""Deleting a conversation takes along what only it used, and nothing else."""

import pytest

from tests.support.builders import a_follow_up, a_turn, an_upload, answered
from tests.support.disk import kept_files
from tests.support.turns import held, settled
from visionapp.conversations.life import HoldLost
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.removal import delete_conversation, delete_upload
from visionapp.relay import log
from visionapp.uploads.models import PreparedImage, Upload
from visionapp.uploads.refusals import PictureInUse
from visionapp.uploads.renditions import prepared_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deleted_conversation_leaves_no_row_no_log_and_no_file(owner):
    before = kept_files()
    turn = answered(a_turn(owner.id, uploads=[an_upload(owner.id), an_upload(owner.id)]))
    answered(a_follow_up(turn.conversation))
    prepared_for(turn.uploads.all()[0], "standard")

    delete_conversation(turn.conversation)

    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()
    assert not Upload.objects.exists()
    assert not PreparedImage.objects.exists()
    assert not log.logged_turns()
    assert kept_files() == before


def test_a_picture_that_another_conversation_shows_is_kept(owner):
    shared, own = an_upload(owner.id), an_upload(owner.id)
    going = a_turn(owner.id, uploads=[shared, own])
    staying = a_turn(owner.id, uploads=[shared])

    delete_conversation(going.conversation)

    assert list(Upload.objects.all()) == [shared]
    assert shared.original.storage.exists(shared.original.name)
    assert list(staying.uploads.all()) == [shared]
    assert not own.original.storage.exists(own.original.name)


def test_a_picture_of_several_turns_of_the_conversation_goes_once(owner):
    before = kept_files()
    upload = an_upload(owner.id)
    first = settled(a_turn(owner.id, uploads=[upload]))
    a_follow_up(first.conversation).uploads.add(upload, through_defaults={"place": 0})

    delete_conversation(first.conversation)

    assert not Upload.objects.exists()
    assert kept_files() == before


def test_an_upload_that_no_conversation_shows_is_kept(owner):
    turn, loose = a_turn(owner.id), an_upload(owner.id)

    delete_conversation(turn.conversation)

    assert list(Upload.objects.all()) == [loose]


def test_other_conversations_keep_their_turns_and_logs(owner, stranger):
    going, staying = answered(a_turn(owner.id)), answered(a_turn(stranger.id))

    delete_conversation(going.conversation)

    assert list(Turn.objects.all()) == [staying]
    assert log.logged_turns() == [staying.pk]
    assert Upload.objects.get() == staying.uploads.get()


def test_the_worker_that_answers_a_deleted_conversation_loses_its_turn(owner):
    turn = a_turn(owner.id)
    hold = held(turn)

    delete_conversation(turn.conversation)

    with pytest.raises(HoldLost):
        hold.stop_asked()
    assert not Turn.objects.exists()


def test_an_upload_on_its_own_can_be_deleted(owner):
    before = kept_files()

    delete_upload(an_upload(owner.id))

    assert not Upload.objects.exists()
    assert kept_files() == before


def test_an_upload_that_a_conversation_shows_cannot_be_deleted(owner):
    turn = a_turn(owner.id)
    files = kept_files()

    with pytest.raises(PictureInUse):
        delete_upload(turn.uploads.get())

    assert turn.uploads.count() == 1
    assert kept_files() == files
