"""What a tier is sent: made once, then the same bytes for ever."""

import pytest
from django.db import IntegrityError

from tests.support import pictures
from tests.support.builders import a_picture
from tests.support.disk import kept_files
from tests.support.waiting import all_at_once
from visionapp.preparation.refusals import FrameMissing
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import bytes_of, prepared_for, preview_of, stored_for

WIDE = pictures.encoded(pictures.chart(2000, 1000))


def test_the_tier_of_the_intake_is_not_made_again(owner, django_assert_num_queries):
    picture = a_picture(owner.id)
    files = kept_files()

    with django_assert_num_queries(1):
        image = prepared_for(picture, "high")

    assert image == picture.prepared_images.get()
    assert kept_files() == files


def test_another_tier_is_made_when_first_asked_for_and_fits_it(owner):
    picture = a_picture(owner.id, "wide.png", WIDE)

    image = prepared_for(picture, "standard")

    assert max(image.width, image.height) <= 1568
    assert prepared_for(picture, "high").width == 2000
    assert image.tokens <= 1568
    assert image.bytes == len(bytes_of(image))
    assert picture.prepared_images.count() == 2


def test_a_tier_once_made_gives_the_same_bytes_for_ever(owner):
    picture = a_picture(owner.id, "wide.png", WIDE)
    first = prepared_for(picture, "standard")
    said, files = bytes_of(first), kept_files()

    again = prepared_for(Picture.objects.get(pk=picture.pk), "standard")

    assert again == first
    assert bytes_of(again) == said
    assert kept_files() == files


@pytest.mark.django_db(transaction=True)
def test_two_that_ask_for_a_tier_at_once_get_one_row_and_the_same_bytes(owner):
    picture = a_picture(owner.id, "wide.png", WIDE)
    files = kept_files()

    def ask() -> tuple[int, bytes]:
        image = prepared_for(Picture.objects.get(pk=picture.pk), "standard")
        return image.pk, bytes_of(image)

    first, second = all_at_once(ask, ask)

    assert first == second
    assert picture.prepared_images.count() == 2
    row = picture.prepared_images.get(tier="standard")
    assert kept_files() - files == {row.file.name}


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_deleted_meanwhile_is_gone_and_leaves_no_file(owner):
    picture = a_picture(owner.id, "wide.png", WIDE)
    files = kept_files()
    stale = Picture.objects.prefetch_related("prepared_images").get(pk=picture.pk)
    PreparedImage.objects.all().delete()
    Picture.objects.all().delete()

    with pytest.raises(PictureGone):
        prepared_for(stale, "standard")

    assert kept_files() == files


def test_an_original_that_is_not_there_is_said_to_be_gone(owner):
    picture = a_picture(owner.id)
    picture.upload.file.storage.delete(picture.upload.file.name)

    with pytest.raises(PictureGone):
        prepared_for(picture, "standard")

    assert picture.prepared_images.count() == 1


def test_a_prepared_file_that_is_not_there_is_said_to_be_gone(owner):
    image = prepared_for(a_picture(owner.id), "high")
    image.file.storage.delete(image.file.name)

    with pytest.raises(PictureGone) as refused:
        bytes_of(image)

    assert refused.value.code == "image.missing"


def test_the_database_holds_a_tier_once(owner):
    image = prepared_for(a_picture(owner.id), "high")
    image.pk = None

    with pytest.raises(IntegrityError):
        image.save(force_insert=True)


def test_of_two_tiers_the_wanted_one_is_chosen_and_of_one_that_one(owner):
    picture = a_picture(owner.id, "wide.png", WIDE)
    high = picture.prepared_images.get()
    assert stored_for(picture, "standard") == stored_for(picture, "high") == high

    standard = prepared_for(picture, "standard")

    assert stored_for(picture, "standard") == standard
    assert stored_for(picture, "high") == high


def test_a_preview_shows_any_frame_and_is_not_kept(owner):
    picture = a_picture(owner.id, "loop.gif", pictures.animation("GIF"))
    files = kept_files()

    shown = pictures.decoded(preview_of(picture.upload, 1).data)

    assert shown.getpixel((20, 20))[2] > 20
    assert shown.getpixel((20, 20))[0] < 20
    assert kept_files() == files


def test_a_preview_of_a_frame_that_is_not_there_is_refused(owner):
    picture = a_picture(owner.id, "loop.gif", pictures.animation("GIF"))

    with pytest.raises(FrameMissing):
        preview_of(picture.upload, 3)


def test_nothing_is_made_to_be_looked_at(owner):
    picture = a_picture(owner.id)
    picture.prepared_images.all().delete()

    assert stored_for(picture, "high") is None
