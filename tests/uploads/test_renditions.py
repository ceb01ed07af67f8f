"""What a tier is sent: made once, then the same bytes for ever."""

import pytest
from django.db import IntegrityError

from tests.support import pictures
from tests.support.builders import an_upload
from tests.support.disk import kept_files
from tests.support.waiting import all_at_once
from visionapp.uploads.models import PreparedImage, Upload
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import bytes_of, prepared_for, stored_for

WIDE = pictures.encoded(pictures.chart(2000, 1000))


def test_the_tier_of_the_intake_is_not_made_again(owner, django_assert_num_queries):
    upload = an_upload(owner.id)
    files = kept_files()

    with django_assert_num_queries(1):
        image = prepared_for(upload, "high")

    assert image == upload.prepared_images.get()
    assert kept_files() == files


def test_another_tier_is_made_when_first_asked_for_and_fits_it(owner):
    upload = an_upload(owner.id, "wide.png", WIDE)

    image = prepared_for(upload, "standard")

    assert max(image.width, image.height) <= 1568
    assert prepared_for(upload, "high").width == 2000
    assert image.tokens <= 1568
    assert image.bytes == len(bytes_of(image))
    assert upload.prepared_images.count() == 2


def test_a_tier_once_made_gives_the_same_bytes_for_ever(owner):
    upload = an_upload(owner.id, "wide.png", WIDE)
    first = prepared_for(upload, "standard")
    said, files = bytes_of(first), kept_files()

    again = prepared_for(Upload.objects.get(pk=upload.pk), "standard")

    assert again == first
    assert bytes_of(again) == said
    assert kept_files() == files


@pytest.mark.django_db(transaction=True)
def test_two_that_ask_for_a_tier_at_once_get_one_row_and_the_same_bytes(owner):
    upload = an_upload(owner.id, "wide.png", WIDE)
    files = kept_files()

    def ask() -> tuple[int, bytes]:
        image = prepared_for(Upload.objects.get(pk=upload.pk), "standard")
        return image.pk, bytes_of(image)

    first, second = all_at_once(ask, ask)

    assert first == second
    assert upload.prepared_images.count() == 2
    row = upload.prepared_images.get(tier="standard")
    assert kept_files() - files == {row.file.name}


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_deleted_meanwhile_is_gone_and_leaves_no_file(owner):
    upload = an_upload(owner.id, "wide.png", WIDE)
    files = kept_files()
    stale = Upload.objects.prefetch_related("prepared_images").get(pk=upload.pk)
    PreparedImage.objects.all().delete()
    Upload.objects.all().delete()

    with pytest.raises(PictureGone):
        prepared_for(stale, "standard")

    assert kept_files() == files


def test_an_original_that_is_not_there_is_said_to_be_gone(owner):
    upload = an_upload(owner.id)
    upload.original.storage.delete(upload.original.name)

    with pytest.raises(PictureGone):
        prepared_for(upload, "standard")

    assert upload.prepared_images.count() == 1


def test_a_prepared_file_that_is_not_there_is_said_to_be_gone(owner):
    image = prepared_for(an_upload(owner.id), "high")
    image.file.storage.delete(image.file.name)

    with pytest.raises(PictureGone) as refused:
        bytes_of(image)

    assert refused.value.code == "image.missing"


def test_the_database_holds_a_tier_once(owner):
    image = prepared_for(an_upload(owner.id), "high")
    image.pk = None

    with pytest.raises(IntegrityError):
        image.save(force_insert=True)


def test_of_two_tiers_the_wanted_one_is_chosen_and_of_one_that_one(owner):
    upload = an_upload(owner.id, "wide.png", WIDE)
    high = upload.prepared_images.get()
    assert stored_for(upload, "standard") == stored_for(upload, "high") == high

    standard = prepared_for(upload, "standard")

    assert stored_for(upload, "standard") == standard
    assert stored_for(upload, "high") == high


def test_nothing_is_made_to_be_looked_at(owner):
    upload = an_upload(owner.id)
    upload.prepared_images.all().delete()

    assert stored_for(upload, "high") is None
