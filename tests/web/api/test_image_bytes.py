"""The bytes of pictures: for their owner alone, for a browser to show and nothing else."""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from tests.support.builders import a_png, an_upload
from tests.support.disk import kept_files
from tests.support.pictures import decoded, jpeg_with_secrets
from tests.support.problems import assert_problem


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
def test_a_rendition_is_served_so_that_it_can_only_be_shown(owner, rendition):
    upload = an_upload(owner.id, data=a_png(60, 40))

    response = owner.api().get(f"images/{upload.pk}/{rendition}")

    picture = decoded(bytes_of(response))
    assert response.status_code == 200
    assert response["Content-Type"] == Image.MIME[picture.format]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private,")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_original_is_what_was_sent_byte_for_byte(owner):
    data = jpeg_with_secrets()
    upload = an_upload(owner.id, name="fête 1.jpg", data=data)

    response = owner.api().get(f"images/{upload.pk}/original")

    assert bytes_of(response) == data
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"] == "inline; filename*=UTF-8''f%C3%AAte%201.jpg"


@pytest.mark.parametrize("rendition", ["prepared", "thumbnail"])
def test_what_is_shown_and_sent_carries_no_metadata(owner, rendition):
    upload = an_upload(owner.id, data=jpeg_with_secrets())

    assert b"SECRET" not in bytes_of(owner.api().get(f"images/{upload.pk}/{rendition}"))


def test_a_picture_can_be_prepared_for_a_model(owner, with_a_key):
    upload = an_upload(owner.id)

    response = owner.api().get(f"images/{upload.pk}/prepared", model="claude-sonnet-5-5")

    assert decoded(bytes_of(response)).size == (60, 40)


def test_a_model_that_is_not_there_prepares_nothing(owner):
    upload = an_upload(owner.id)

    response = owner.api().get(f"images/{upload.pk}/prepared", model="gpt")

    assert_problem(response, 422, "model.unknown")


def test_a_rendition_that_does_not_exist_is_not_found(owner):
    upload = an_upload(owner.id)

    assert_problem(owner.api().get(f"images/{upload.pk}/huge"), 404, "image.rendition_unknown")


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
def test_somebody_elses_bytes_are_not_found(owner, stranger, rendition):
    upload = an_upload(owner.id)

    response = stranger.api().get(f"images/{upload.pk}/{rendition}")

    assert_problem(response, 404, "not_found")


def test_an_unknown_pictures_bytes_are_not_found(owner):
    assert_problem(owner.api().get(f"images/{uuid4()}/original"), 404, "not_found")


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
@pytest.mark.parametrize("address", ["/pictures/{}/{}/", "/api/v1/images/{}/{}"])
def test_a_picture_whose_file_is_gone_is_not_found(local_user, address, rendition):
    upload = an_upload(local_user.pk)
    for name in kept_files():
        default_storage.delete(name)

    response = Client().get(address.format(upload.pk, rendition))

    assert response.status_code == 404
    assert "not there any more" in response.content.decode()


def test_a_picture_whose_file_is_gone_has_a_code_of_its_own(owner):
    upload = an_upload(owner.id)
    default_storage.delete(upload.thumbnail.name)

    assert_problem(owner.api().get(f"images/{upload.pk}/thumbnail"), 404, "image.gone")
    assert owner.api().get(f"images/{upload.pk}").status_code == 200


def test_the_record_of_a_picture_that_cannot_be_prepared_any_more_is_not_found(owner):
    upload = an_upload(owner.id)
    upload.prepared_images.all().delete()
    default_storage.delete(upload.original.name)

    assert_problem(owner.api().get(f"images/{upload.pk}"), 404, "image.gone")
