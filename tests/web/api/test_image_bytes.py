"""The bytes of pictures: for their owner alone, for a browser to show and nothing else."""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from tests.support.builders import a_picture, a_png
from tests.support.disk import kept_files
from tests.support.formats import frames
from tests.support.pictures import decoded, encoded, jpeg_with_secrets, quadrants
from tests.support.problems import assert_problem
from visionapp.preparation import View
from visionapp.uploads import intake


def picture_type(kind: str) -> str:
    """Return what a format is called in HTTP."""
    return {"PDF": "application/pdf", "HEIF": "image/heic"}.get(kind, f"image/{kind.lower()}")


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
def test_a_rendition_is_served_so_that_it_can_only_be_shown(owner, rendition):
    picture = a_picture(owner.id, data=a_png(60, 40))

    response = owner.api().get(f"images/{picture.pk}/{rendition}")

    picture = decoded(bytes_of(response))
    assert response.status_code == 200
    assert response["Content-Type"] == Image.MIME[picture.format]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private,")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_original_is_what_was_sent_byte_for_byte(owner):
    data = jpeg_with_secrets()
    picture = a_picture(owner.id, name="fête 1.jpg", data=data)

    response = owner.api().get(f"images/{picture.pk}/original")

    assert bytes_of(response) == data
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"] == "inline; filename*=UTF-8''f%C3%AAte%201.jpg"


@pytest.mark.parametrize("address", ["/pictures/{}/original/", "/api/v1/images/{}/original"])
@pytest.mark.parametrize("kind", ["PDF", "TIFF", "HEIF"])
def test_an_original_that_is_no_plain_picture_to_browsers_is_only_handed_out(
    local_user, kind, address
):
    data = frames(kind)
    picture = a_picture(local_user.pk, f"scan.{kind.lower()}", data)

    response = Client().get(address.format(picture.pk))

    assert bytes_of(response) == data
    assert response["Content-Type"] == picture_type(kind)
    assert response["Content-Disposition"] == f"attachment; filename*=UTF-8''scan.{kind.lower()}"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP"])
def test_an_original_that_browsers_show_is_shown(owner, kind):
    data = encoded(quadrants(), kind)
    picture = a_picture(owner.id, "a", data)

    response = owner.api().get(f"images/{picture.pk}/original")

    assert bytes_of(response) == data
    assert response["Content-Type"] == picture_type(kind)
    assert response["Content-Disposition"].startswith("inline;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_original_of_a_part_is_the_whole_file_under_its_own_name(owner):
    data = frames("PDF")
    page = intake.accept_part(a_picture(owner.id, "report.pdf", data), View(2, (0, 0, 100, 80)))
    assert page.name == "report.pdf, page 3, part"

    response = owner.api().get(f"images/{page.pk}/original")

    assert bytes_of(response) == data
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''report.pdf"


@pytest.mark.parametrize("address", ["/pictures/{}/prepared/", "/api/v1/images/{}/prepared"])
def test_a_page_and_a_program_get_what_the_named_model_is_sent(local_user, with_a_key, address):
    picture = a_picture(local_user.pk, data=a_png(3000, 500))

    sizes = [
        decoded(Client().get(address.format(picture.pk), {"model": model}).content).size
        for model in ("", "claude-sonnet-5-5", "claude-sonnet-4-6")
    ]

    assert sizes == [(2576, 429), (2576, 429), (1568, 261)]


def test_a_page_that_names_no_model_on_offer_gets_no_bytes(local_user):
    picture = a_picture(local_user.pk)

    response = Client().get(f"/pictures/{picture.pk}/prepared/", {"model": "gpt"})

    assert response.status_code == 422
    assert "Choose one of the list" in response.content.decode()


@pytest.mark.parametrize("rendition", ["prepared", "thumbnail"])
def test_what_is_shown_and_sent_carries_no_metadata(owner, rendition):
    picture = a_picture(owner.id, data=jpeg_with_secrets())

    assert b"SECRET" not in bytes_of(owner.api().get(f"images/{picture.pk}/{rendition}"))


def test_a_picture_can_be_prepared_for_a_model(owner, with_a_key):
    picture = a_picture(owner.id)

    response = owner.api().get(f"images/{picture.pk}/prepared", model="claude-sonnet-5-5")

    assert decoded(bytes_of(response)).size == (300, 200)


def test_a_model_that_is_not_there_prepares_nothing(owner):
    picture = a_picture(owner.id)

    response = owner.api().get(f"images/{picture.pk}/prepared", model="gpt")

    assert_problem(response, 422, "model.unknown")


def test_a_rendition_that_does_not_exist_is_not_found(owner):
    picture = a_picture(owner.id)

    assert_problem(owner.api().get(f"images/{picture.pk}/huge"), 404, "image.rendition_unknown")


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
def test_somebody_elses_bytes_are_not_found(owner, stranger, rendition):
    picture = a_picture(owner.id)

    response = stranger.api().get(f"images/{picture.pk}/{rendition}")

    assert_problem(response, 404, "not_found")


def test_an_unknown_pictures_bytes_are_not_found(owner):
    assert_problem(owner.api().get(f"images/{uuid4()}/original"), 404, "not_found")


@pytest.mark.parametrize("rendition", ["original", "prepared", "thumbnail"])
@pytest.mark.parametrize("address", ["/pictures/{}/{}/", "/api/v1/images/{}/{}"])
def test_a_picture_whose_file_is_gone_is_not_found(local_user, address, rendition):
    picture = a_picture(local_user.pk)
    for name in kept_files():
        default_storage.delete(name)

    response = Client().get(address.format(picture.pk, rendition))

    assert response.status_code == 404
    assert "not there any more" in response.content.decode()


def test_a_picture_whose_file_is_gone_has_a_code_of_its_own(owner):
    picture = a_picture(owner.id)
    default_storage.delete(picture.thumbnail.name)

    assert_problem(owner.api().get(f"images/{picture.pk}/thumbnail"), 404, "image.gone")
    assert owner.api().get(f"images/{picture.pk}").status_code == 200


def test_the_record_of_a_picture_that_cannot_be_prepared_any_more_is_not_found(owner):
    picture = a_picture(owner.id)
    picture.prepared_images.all().delete()
    default_storage.delete(picture.upload.file.name)

    assert_problem(owner.api().get(f"images/{picture.pk}"), 404, "image.gone")
