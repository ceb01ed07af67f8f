"""Deleting a conversation takes along what only it used, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.builders import a_follow_up, a_picture, a_png, a_turn, answered
from tests.support.disk import kept_files
from tests.support.turns import held, settled
from tests.support.waiting import all_at_once
from visionapp.conversations import removal
from visionapp.conversations.life import HoldLost
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.removal import (
    UNUSED_FOR,
    delete_conversation,
    delete_picture,
    delete_unused,
)
from visionapp.preparation import View
from visionapp.relay import log
from visionapp.uploads.intake import accept_part
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.uploads.refusals import PictureGone, PictureInUse
from visionapp.uploads.renditions import prepared_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deleted_conversation_leaves_no_row_no_log_and_no_file(owner):
    before = kept_files()
    turn = answered(a_turn(owner.id, pictures=[a_picture(owner.id), a_picture(owner.id)]))
    answered(a_follow_up(turn.conversation))
    prepared_for(turn.pictures.all()[0].picture, "standard")

    delete_conversation(turn.conversation)

    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()
    assert not Picture.objects.exists()
    assert not PreparedImage.objects.exists()
    assert not log.logged_turns()
    assert kept_files() == before


def test_a_picture_that_another_conversation_shows_is_kept(owner):
    shared, own = a_picture(owner.id), a_picture(owner.id, data=a_png(colour="red"))
    going = a_turn(owner.id, pictures=[shared, own])
    staying = a_turn(owner.id, pictures=[shared])

    delete_conversation(going.conversation)

    assert list(Picture.objects.all()) == [shared]
    assert shared.upload.file.storage.exists(shared.upload.file.name)
    assert [shown.picture for shown in staying.pictures.all()] == [shared]
    assert not own.upload.file.storage.exists(own.upload.file.name)


def test_a_picture_of_several_turns_of_the_conversation_goes_once(owner):
    before = kept_files()
    picture = a_picture(owner.id)
    first = settled(a_turn(owner.id, pictures=[picture]))
    a_follow_up(first.conversation).pictures.create(picture=picture, place=0)

    delete_conversation(first.conversation)

    assert not Picture.objects.exists()
    assert kept_files() == before


def test_a_picture_that_no_conversation_shows_is_kept(owner):
    turn, loose = a_turn(owner.id), a_picture(owner.id)

    delete_conversation(turn.conversation)

    assert list(Picture.objects.all()) == [loose]


def test_other_conversations_keep_their_turns_and_logs(owner, stranger):
    going, staying = answered(a_turn(owner.id)), answered(a_turn(stranger.id))

    delete_conversation(going.conversation)

    assert list(Turn.objects.all()) == [staying]
    assert log.logged_turns() == [staying.pk]
    assert Picture.objects.get() == staying.pictures.get().picture


def test_the_worker_that_answers_a_deleted_conversation_loses_its_turn(owner):
    turn = a_turn(owner.id)
    hold = held(turn)

    delete_conversation(turn.conversation)

    with pytest.raises(HoldLost):
        hold.stop_asked()
    assert not Turn.objects.exists()


def test_a_picture_on_its_own_can_be_deleted(owner):
    before = kept_files()

    delete_picture(a_picture(owner.id))

    assert not Picture.objects.exists()
    assert kept_files() == before


def test_a_picture_that_a_conversation_shows_cannot_be_deleted(owner):
    turn = a_turn(owner.id)
    files = kept_files()

    with pytest.raises(PictureInUse):
        delete_picture(turn.pictures.get().picture)

    assert turn.pictures.count() == 1
    assert kept_files() == files


def came(picture: Picture, ago: timedelta) -> Picture:
    """Make a picture one that came so long ago."""
    Picture.objects.filter(pk=picture.pk).update(created_at=timezone.now() - ago)
    return picture


LATE, IN_TIME = UNUSED_FOR + timedelta(minutes=1), UNUSED_FOR - timedelta(minutes=1)


def test_a_picture_that_no_question_has_shown_for_a_week_goes_with_its_files(owner):
    before = kept_files()
    came(a_picture(owner.id), LATE)
    prepared_for(came(a_picture(owner.id, data=a_png(colour="red")), LATE), "standard")

    assert delete_unused() == 2

    assert not Picture.objects.exists()
    assert kept_files() == before


def test_a_picture_that_came_less_than_a_week_ago_is_kept(owner):
    picture = came(a_picture(owner.id), IN_TIME)

    assert delete_unused() == 0

    assert Picture.objects.get() == picture


def test_a_picture_that_a_question_shows_is_kept_for_ever(owner):
    turn = a_turn(owner.id)
    shown = turn.pictures.get()
    came(shown.picture, timedelta(days=1000))

    assert delete_unused() == 0

    assert turn.pictures.get() == shown


def test_a_part_that_a_question_shows_keeps_its_file_and_not_its_picture(owner):
    whole = came(a_picture(owner.id), LATE)
    part = came(accept_part(whole, View(box=(0, 0, 20, 20))), LATE)
    a_turn(owner.id, pictures=[part])

    assert delete_unused() == 1

    assert Picture.objects.get() == part
    assert part.upload.file.storage.exists(part.upload.file.name)


def test_a_picture_that_is_asked_about_while_it_goes_is_kept(owner, monkeypatch):
    picture, unused = came(a_picture(owner.id), 2 * LATE), came(a_picture(owner.id), LATE)

    def ask_first(going: Picture) -> None:
        if going == picture:
            a_turn(owner.id, pictures=[picture])
        delete_picture(going)

    monkeypatch.setattr(removal, "delete_picture", ask_first)

    assert delete_unused() == 1

    assert Picture.objects.get() == picture
    assert not Picture.objects.filter(pk=unused.pk).exists()


def test_a_question_about_a_picture_and_its_deletion_at_once_leave_all_or_nothing(owner):
    before = kept_files()
    picture = came(a_picture(owner.id), LATE)

    def ask() -> int:
        try:
            return a_turn(owner.id, pictures=[picture]).pictures.count()
        except PictureGone:
            return 0

    shown, deleted = all_at_once(ask, delete_unused)

    assert shown + deleted == 1
    assert len(kept_files() - before) == 3 * shown


def test_of_very_many_unused_pictures_a_share_goes_at_a_time_the_oldest_first(owner, monkeypatch):
    monkeypatch.setattr(removal, "MOST_AT_ONCE", 2)
    shown = came(a_turn(owner.id).pictures.get().picture, 3 * LATE)
    newest = came(a_picture(owner.id), LATE)
    for _ in range(2):
        came(a_picture(owner.id), 2 * LATE)

    assert delete_unused() == 2
    assert set(Picture.objects.all()) == {shown, newest}
    assert delete_unused() == 1
    assert delete_unused() == 0


def test_the_whole_goes_with_the_parts_that_were_asked_about(owner):
    before = kept_files()
    whole = a_picture(owner.id)
    part = accept_part(whole, View(0, (0, 0, 20, 20)))
    turn = answered(a_turn(owner.id, pictures=[part]))

    delete_conversation(turn.conversation)

    assert not Picture.objects.exists()
    assert kept_files() == before


def test_the_same_file_in_a_question_that_is_being_written_is_kept(owner):
    turn = answered(a_turn(owner.id, pictures=[a_picture(owner.id)]))
    again = a_picture(owner.id)

    delete_conversation(turn.conversation)

    assert list(Picture.objects.all()) == [again]
    assert again.upload.file.storage.exists(str(Picture.objects.get().upload.file))


def test_a_person_can_delete_all_that_no_question_shows(owner, stranger):
    shown = a_turn(owner.id).pictures.get().picture
    a_picture(owner.id, data=a_png(colour="red"))
    theirs = a_picture(stranger.id)

    assert removal.delete_unused_of(owner.id) == 1

    assert set(Picture.objects.all()) == {shown, theirs}
