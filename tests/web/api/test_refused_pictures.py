"""``POST /images``: what is not taken, and that it leaves nothing behind."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.support.builders import a_file, a_png
from tests.support.pictures import encoded, header_of_png, photo
from tests.support.problems import assert_problem
from visionapp.preparation.refusals import Busy
from visionapp.uploads import intake
from visionapp.uploads.models import Picture

REFUSED = {
    "words": (b"Dear reader, this is no picture at all.", 422, "image.unsupported_type"),
    "a drawing of lines": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, None),
    "cut off": (encoded(photo(), "JPEG")[:5000], 422, "image.truncated"),
    "only the signature": (a_png()[:16], 422, None),
    "a promise of 2.5 gigapixels": (header_of_png(50_000, 50_000), 413, "image.too_many_pixels"),
    "nothing": (b"", 422, "image.empty"),
}


def stored() -> list[Path]:
    """Return every file in the store and among what is just coming in."""
    folders = (Path(settings.MEDIA_ROOT), Path(settings.FILE_UPLOAD_TEMP_DIR))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_sound_picture_is_refused_and_leaves_nothing(owner, lines, what):
    data, status, code = REFUSED[what]
    before = stored()

    response = owner.api().upload(a_file("chart.png", data))

    assert_problem(response, status, code or response.json()["code"])
    assert response.json()["code"].startswith("image.")
    assert not Picture.objects.exists()
    assert stored() == before
    assert len(lines()) <= 1


def test_a_picture_named_as_another_type_is_taken_as_what_it_is(owner):
    response = owner.api().upload(a_file("holiday.jpg", a_png()))

    assert response.status_code == 201
    assert (response.json()["format"], response.json()["name"]) == ("PNG", "holiday.jpg")


def test_more_bytes_than_are_taken_are_refused(owner, monkeypatch):
    data = a_png()
    monkeypatch.setattr(intake, "MAX_BYTES", len(data) - 1)

    assert_problem(owner.api().upload(a_file(data=data)), 413, "image.too_large")
    assert not Picture.objects.exists()


def test_as_many_bytes_as_are_taken_are_taken(owner, monkeypatch):
    data = a_png()
    monkeypatch.setattr(intake, "MAX_BYTES", len(data))

    assert owner.api().upload(a_file(data=data)).status_code == 201


def test_while_too_many_pictures_are_being_read_one_is_asked_to_come_back(
    owner, monkeypatch, lines
):
    monkeypatch.setattr(intake.preparation, "examine", _busy)

    assert_problem(owner.api().upload(a_file()), 503, "image.busy")
    assert len(lines()) == 1
    assert not Picture.objects.exists()


def test_no_file_at_all_is_refused(owner):
    assert_problem(owner.api().post("images"), 422, "image.missing")


def test_a_word_where_the_file_should_be_is_refused(owner):
    response = owner.api().upload("only words")

    assert_problem(response, 422, "image.missing")


def test_two_files_at_once_are_refused(owner):
    response = owner.api().upload([a_file("one.png"), a_file("two.png")])

    assert_problem(response, 400, "request.malformed")
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
        b"\x00\xff no multipart at all",
    ],
)
def test_a_broken_multipart_body_is_refused(owner, body):
    response = owner.api()._client.generic(
        "POST", "/api/v1/images", body, content_type="multipart/form-data; boundary=cut"
    )

    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"])
    assert not Picture.objects.exists()


def test_a_multipart_body_without_a_boundary_is_refused(owner):
    response = owner.api()._client.generic(
        "POST", "/api/v1/images", b"abc", content_type="multipart/form-data"
    )

    assert_problem(response, 400, "request.malformed")


def test_a_picture_whose_row_cannot_be_written_leaves_no_file(owner, monkeypatch):
    before = stored()
    monkeypatch.setattr(intake.Picture, "save", _disk_full)

    with pytest.raises(OSError, match="full"):
        owner.api().upload(a_file())

    assert stored() == before


def _busy(*_given):
    raise Busy


def _disk_full(*_given, **_named):
    raise OSError("The disk is full")
