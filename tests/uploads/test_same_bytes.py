"""The same bytes are kept once for each person, whatever they are called and however they come."""

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError

from tests.support.builders import a_picture, a_png
from tests.support.disk import kept_files, named_files
from tests.support.waiting import all_at_once
from visionapp import preparation
from visionapp.uploads import quota, retention
from visionapp.uploads.models import Picture, Upload


@pytest.fixture
def before(db):
    """The files that were there before the test."""
    return kept_files()


def test_a_file_that_comes_again_is_kept_once_and_can_be_asked_about_twice(owner, before):
    first = a_picture(owner.id, "chart.png")
    second = a_picture(owner.id, "copy of chart.png")

    assert first.upload == second.upload == Upload.objects.get()
    assert [first.name, second.name] == ["chart.png", "copy of chart.png"]
    assert Picture.objects.count() == 2
    assert kept_files() - before == named_files()
    assert len(named_files()) == 5


def test_other_bytes_are_another_file(owner):
    first = a_picture(owner.id)

    assert a_picture(owner.id, data=a_png(colour="red")).upload != first.upload


def test_of_two_people_each_has_the_file(owner, stranger, before):
    mine, theirs = a_picture(owner.id), a_picture(stranger.id)

    assert mine.upload.sha256 == theirs.upload.sha256
    assert mine.upload.file.name.startswith(f"{owner.id}/")
    assert theirs.upload.file.name.startswith(f"{stranger.id}/")
    assert len(kept_files() - before) == 6


@pytest.mark.django_db(transaction=True)
def test_a_file_that_comes_twice_at_once_is_kept_once(owner):
    before = kept_files()

    first, second = all_at_once(lambda: a_picture(owner.id), lambda: a_picture(owner.id))

    assert first.pk != second.pk
    assert first.upload_id == second.upload_id == Upload.objects.get().pk
    assert kept_files() - before == named_files()
    with Upload.objects.get().file.open("rb") as stored:
        assert stored.read() == a_png()


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_twin_comes_while_it_is_stored_is_not_kept_a_second_time(owner, monkeypatch):
    before = kept_files()
    lock = quota.lock

    def add_the_twin_first(user_id: int) -> None:
        monkeypatch.setattr(quota, "lock", lock)
        a_picture(user_id, "twin.png")
        lock(user_id)

    monkeypatch.setattr(quota, "lock", add_the_twin_first)

    picture = a_picture(owner.id)

    assert picture.upload == Picture.objects.get(name="twin.png").upload
    assert kept_files() - before == named_files()


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_twin_is_deleted_while_it_comes_is_kept(owner, monkeypatch):
    before = kept_files()
    twin = a_picture(owner.id)
    files_of_twin = kept_files() - before
    save = Picture.thumbnail.field.attr_class.save

    def delete_the_twin_first(*given, **named):
        # The file was not written, for its twin was there; now it is not.
        if Picture.objects.filter(pk=twin.pk).exists():
            retention.delete([twin])
        return save(*given, **named)

    monkeypatch.setattr(Picture.thumbnail.field.attr_class, "save", delete_the_twin_first)

    picture = a_picture(owner.id)

    assert kept_files() - before == named_files()
    assert not kept_files() & files_of_twin
    with picture.upload.file.open("rb") as stored:
        assert stored.read() == a_png()


def test_frames_that_were_not_counted_are_counted_when_the_file_comes_again(owner, monkeypatch):
    a_picture(owner.id)
    examine = preparation.examine

    def examine_better(*given):
        found = examine(*given)
        return type(found)(
            **{name: getattr(found, name) for name in found.__slots__} | {"frames": 7}
        )

    monkeypatch.setattr(preparation, "examine", examine_better)
    again = a_picture(owner.id)

    assert again.upload.frames == Upload.objects.get().frames == 7


def test_the_database_holds_the_same_bytes_of_a_person_once(owner):
    upload = a_picture(owner.id).upload

    with pytest.raises(IntegrityError):
        Upload.objects.create(owner_id=owner.id, sha256=upload.sha256, bytes=1, format="PNG")


def test_a_file_that_was_lost_is_kept_again_when_the_same_bytes_come(owner):
    first = a_picture(owner.id)
    default_storage.delete(str(first.upload.file))

    again = a_picture(owner.id)

    first.upload.refresh_from_db()
    assert again.upload == first.upload
    with first.upload.file.open() as kept:
        assert kept.read() == a_png()
