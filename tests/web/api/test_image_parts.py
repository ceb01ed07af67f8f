"""``POST /images/{id}/parts``: pages, frames and regions become pictures of their own."""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from tests.support.builders import a_file, a_picture, a_png
from tests.support.pictures import CORNERS, animation, decoded, encoded, quadrants
from tests.support.problems import assert_problem
from visionapp.uploads.models import Picture


@pytest.fixture
def quarters(owner) -> str:
    """The id of a picture of 800 x 600 pixels with a colour in each quarter."""
    file = a_file("quarters.png", encoded(quadrants(800, 600)))
    return owner.api().upload(file).json()["id"]


@pytest.fixture
def moving(owner) -> str:
    """The id of a picture of three frames."""
    return owner.api().upload(a_file("moving.gif", animation("GIF"))).json()["id"]


def part(person, image_id, **body):
    return person.api().post(f"images/{image_id}/parts", body)


def test_a_region_is_cut_out_and_named(owner, quarters):
    response = part(owner, quarters, box=[400, 0, 800, 300])

    assert response.status_code == 201
    record = response.json()
    assert record["name"] == "quarters.png, part"
    assert (record["width"], record["height"]) == (400, 300)
    assert record["box"] == [400, 0, 800, 300]
    assert record["id"] != quarters
    sent = owner.api().get(f"images/{record['id']}/prepared").content
    assert decoded(sent).convert("RGB").getpixel((200, 150)) == CORNERS[1]


def test_a_region_of_a_region_counts_from_its_corner(owner, quarters):
    right = part(owner, quarters, box=[400, 0, 800, 600]).json()["id"]

    record = part(owner, right, box=[0, 300, 400, 600]).json()

    assert record["box"] == [400, 300, 800, 600]


def test_another_frame_is_a_picture_of_its_own(owner, moving):
    record = part(owner, moving, frame=2).json()

    assert (record["frame"], record["frames"]) == (2, 3)
    assert record["name"] == "moving.gif, frame 3"


def test_a_part_may_be_given_a_name(owner, quarters):
    record = part(owner, quarters, box=[0, 0, 400, 300], name="../legend\u202e").json()

    assert record["name"] == "legend"


def test_a_part_shares_its_file_and_the_file_stays_with_it(
    owner, quarters, django_capture_on_commit_callbacks
):
    record = part(owner, quarters, box=[0, 0, 400, 300]).json()
    with django_capture_on_commit_callbacks(execute=True):
        assert owner.api().delete(f"images/{quarters}").status_code == 204

    kept = Picture.objects.get()
    assert str(kept.pk) == record["id"]
    assert default_storage.exists(kept.upload.file.name)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"frame": 3}, "image.frame_missing"),
        ({"box": [0, 0, 801, 600]}, "image.box_outside"),
        ({"box": [400, 0, 400, 600]}, "image.box_outside"),
        ({"box": [0, 0, -1, 600]}, "request.invalid"),
        ({"box": [0, 0, 600]}, "request.invalid"),
        ({"box": "all of it"}, "request.invalid"),
        ({"frame": -1}, "request.invalid"),
        ({"frame": 2**40}, "request.invalid"),
        ({"name": "x" * 256}, "request.invalid"),
        ({"page": 1}, "request.invalid"),
    ],
)
def test_a_part_that_is_not_there_is_refused(owner, quarters, body, code):
    assert_problem(part(owner, quarters, **body), 422, code)
    assert Picture.objects.count() == 1


def test_somebody_elses_picture_has_no_parts(owner, stranger):
    picture = a_picture(owner.id, data=a_png(600, 400))

    assert_problem(part(stranger, picture.pk, box=[0, 0, 10, 10]), 404, "not_found")
    assert_problem(part(owner, uuid4(), box=[0, 0, 10, 10]), 404, "not_found")


def test_a_file_that_is_gone_has_no_parts(owner, quarters):
    default_storage.delete(Picture.objects.get().upload.file.name)

    response = part(owner, quarters, box=[0, 0, 10, 10])

    assert response.status_code == 404
    assert Picture.objects.count() == 1
