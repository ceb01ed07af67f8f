"""Letting pictures go: rows first, files once that is certain."""

import pytest
from django.db import transaction

from tests.support.builders import a_picture, a_png
from tests.support.disk import StubbornDisk, kept_files, use_storage
from tests.support.pictures import chart, encoded
from visionapp.uploads import retention
from visionapp.uploads.models import Picture, PreparedImage, Upload
from visionapp.uploads.renditions import prepared_for

pytestmark = pytest.mark.django_db(transaction=True)


class Regret(Exception):
    """Something went wrong after the deletion."""


def test_a_deleted_picture_takes_its_rows_and_every_file_along(owner):
    before = kept_files()
    picture = a_picture(owner.id)
    prepared_for(picture, "standard")

    retention.delete([picture])

    assert not Picture.objects.exists()
    assert not PreparedImage.objects.exists()
    assert not Upload.objects.exists()
    assert kept_files() == before


def test_another_picture_keeps_its_files(owner):
    kept, going = a_picture(owner.id), a_picture(owner.id, data=a_png(colour="red"))
    files = kept_files()

    retention.delete([going])

    assert list(Picture.objects.all()) == [kept]
    assert len(files - kept_files()) == 3
    assert kept.upload.file.storage.exists(kept.upload.file.name)


def test_the_file_stays_while_one_picture_of_it_is_left_and_goes_with_the_last(owner):
    before = kept_files()
    first, second = a_picture(owner.id), a_picture(owner.id)

    retention.delete([first])
    assert {second.upload.file.name} < kept_files() - before
    assert Upload.objects.get() == second.upload

    retention.delete([second])
    assert kept_files() == before
    assert not Upload.objects.exists()


def test_all_pictures_of_a_file_go_with_it_at_once(owner):
    before = kept_files()

    retention.delete([a_picture(owner.id), a_picture(owner.id)])

    assert kept_files() == before
    assert not Upload.objects.exists()


def test_what_was_prepared_since_the_picture_was_read_goes_too(owner):
    before = kept_files()
    picture = a_picture(owner.id, data=encoded(chart(2000, 1000)))
    stale = Picture.objects.prefetch_related("prepared_images").get(pk=picture.pk)
    assert prepared_for(picture, "standard").tier == "standard"

    retention.delete([stale])

    assert kept_files() == before


def test_a_picture_that_is_gone_already_is_no_obstacle(owner):
    before = kept_files()
    gone, going = a_picture(owner.id), a_picture(owner.id)
    retention.delete([gone])

    retention.delete([gone, going])

    assert kept_files() == before


def test_files_stay_until_the_deletion_is_committed(owner):
    picture = a_picture(owner.id)
    files = kept_files()

    with transaction.atomic():
        retention.delete([picture])
        assert kept_files() == files

    assert not kept_files() & files & {picture.upload.file.name}


def test_a_deletion_that_is_rolled_back_keeps_rows_and_files(owner):
    picture = a_picture(owner.id)
    files, key = kept_files(), picture.pk

    def delete_and_regret() -> None:
        with transaction.atomic():
            retention.delete([picture])
            raise Regret

    with pytest.raises(Regret):
        delete_and_regret()

    assert Picture.objects.get().pk == key
    assert kept_files() == files


def test_a_file_that_is_gone_already_is_no_obstacle(owner):
    before = kept_files()
    picture = a_picture(owner.id)
    picture.thumbnail.storage.delete(picture.thumbnail.name)

    retention.delete([picture])

    assert kept_files() == before


def test_a_file_that_cannot_be_deleted_does_not_keep_the_others(owner, settings, caplog):
    before = kept_files()
    picture = a_picture(owner.id)
    use_storage(settings, StubbornDisk)

    retention.delete([picture])

    assert kept_files() - before == {picture.upload.file.name}
    assert "Input/output error" in caplog.text
