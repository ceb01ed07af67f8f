"""``/images``: what is taken in, and what its record says."""

import hashlib
from uuid import UUID, uuid4

from django.core.files.storage import default_storage

from tests.support.builders import a_file, a_png, a_turn, an_upload
from tests.support.pictures import animation
from tests.support.problems import assert_problem
from visionapp.uploads.models import Upload

RECORD = {"id", "name", "format", "width", "height", "bytes", "sha256", "warnings", "prepared"}
PREPARED = {"media_type", "width", "height", "bytes", "tokens"}


def test_a_picture_is_taken_in_with_a_record_of_it(owner):
    data = a_png(60, 40)

    response = owner.api().upload(a_file("chart.png", data))

    assert response.status_code == 201
    record = response.json()
    assert set(record) == RECORD
    assert set(record["prepared"]) == PREPARED
    assert UUID(record["id"])
    assert (record["name"], record["format"]) == ("chart.png", "PNG")
    assert (record["width"], record["height"], record["bytes"]) == (60, 40, len(data))
    assert record["sha256"] == hashlib.sha256(data).hexdigest()
    assert record["warnings"] == []
    assert record["prepared"]["media_type"] in {"image/png", "image/jpeg"}
    assert record["prepared"]["tokens"] == 6


def test_the_record_can_be_read_again(owner):
    record = owner.api().upload(a_file()).json()

    assert owner.api().get(f"images/{record['id']}").json() == record


def test_a_moving_picture_is_taken_with_a_warning_in_words(owner):
    record = owner.api().upload(a_file("moving.gif", animation("GIF"))).json()

    [warning] = record["warnings"]
    assert "first frame" in warning


def test_a_path_in_the_name_is_no_part_of_the_name(owner):
    record = owner.api().upload(a_file("../../etc/passwd\u202e.png")).json()

    assert record["name"] == "passwd.png"


def test_an_unknown_picture_is_not_found(owner):
    assert_problem(owner.api().get(f"images/{uuid4()}"), 404, "not_found")


def test_somebody_elses_picture_is_not_found(owner, stranger):
    upload = an_upload(owner.id)

    assert_problem(stranger.api().get(f"images/{upload.pk}"), 404, "not_found")


def test_a_picture_that_no_conversation_shows_can_be_deleted(
    owner, django_capture_on_commit_callbacks
):
    upload = an_upload(owner.id)
    files = [upload.original.name, upload.thumbnail.name]

    with django_capture_on_commit_callbacks(execute=True):
        response = owner.api().delete(f"images/{upload.pk}")

    assert (response.status_code, response.content) == (204, b"")
    assert not Upload.objects.exists()
    assert not any(default_storage.exists(name) for name in files)


def test_a_picture_in_a_conversation_is_kept(owner):
    upload = an_upload(owner.id)
    a_turn(owner.id, uploads=[upload])

    assert_problem(owner.api().delete(f"images/{upload.pk}"), 409, "image.in_use")
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_somebody_elses_picture_is_not_deleted(owner, stranger):
    upload = an_upload(owner.id)

    assert_problem(stranger.api().delete(f"images/{upload.pk}"), 404, "not_found")
    assert default_storage.exists(upload.original.name)
