"""Pages and frames of a file to choose from: places for them, and a small picture of each."""

import re

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tests.support.builders import a_picture
from tests.support.disk import kept_files
from tests.support.formats import PAGE_COLOURS, frames
from tests.support.markup_rules import offences
from tests.support.pictures import decoded, encoded, photo
from tests.support.problems import assert_problem
from visionapp.preparation.refusals import Busy
from visionapp.uploads import renditions
from visionapp.uploads.models import Upload


@pytest.fixture
def report(local_user):
    """A document of four pages, each of a colour of its own."""
    return a_picture(local_user.pk, "report.pdf", frames("PDF"))


@pytest.fixture
def long(report):
    """A document that says to have 200 pages."""
    Upload.objects.update(frames=200)
    report.refresh_from_db()
    return report


def get(picture, path="frames/", **query):
    return Client(headers={"HX-Request": "true"}).get(f"/pictures/{picture.pk}/{path}", query)


def numbers(response) -> list[int]:
    assert response.status_code == 200, response.content
    return [int(each) for each in re.findall(r'data-number="(\d+)"', response.content.decode())]


def following(response) -> list[str]:
    return re.findall(r'data-next="(\d+)"', response.content.decode())


def test_a_short_document_comes_in_one_piece(report):
    response = get(report)

    assert numbers(response) == [0, 1, 2, 3]
    assert following(response) == []
    assert f'src="/pictures/{report.pk}/frames/3/"' in response.content.decode()


def test_a_long_one_comes_in_pieces_of_sixty(long):
    first = get(long)
    last = get(long, **{"from": "180"})

    assert numbers(first) == list(range(60))
    assert following(first) == ["60"]
    assert numbers(last) == list(range(180, 200))
    assert following(last) == []


def test_a_piece_reaches_as_far_as_it_is_asked_to(long):
    response = get(long, **{"from": "60", "to": "150"})

    assert numbers(response) == list(range(60, 151))
    assert following(response) == ["151"]


@pytest.mark.parametrize("wrong", ["4", "-1", "one", "", "²", "9" * 5000])
@pytest.mark.parametrize("name", ["from", "to"])
def test_a_number_that_no_page_has_is_not_there(report, name, wrong):
    assert_problem(get(report, **{name: wrong}), 404, "not_found")


def test_pages_are_counted_from_one_by_people_and_the_chosen_one_is_marked(report):
    page = get(report).content.decode()

    assert re.findall(r"Page </span>(\d)", page) == ["1", "2", "3", "4"]
    assert page.count("current") == 1


def test_a_piece_holds_nothing_that_the_policy_forbids(report):
    assert offences(get(report).content.decode()) == []


def test_frames_of_a_moving_picture_are_called_frames(local_user):
    assert (
        "Frame </span>2" in get(a_picture(local_user.pk, "a.gif", frames("GIF"))).content.decode()
    )


@pytest.mark.parametrize("kind", ["PDF", "GIF", "TIFF"])
@pytest.mark.parametrize("number", [0, 2])
def test_the_small_picture_is_that_page(local_user, kind, number):
    picture = a_picture(local_user.pk, "many", frames(kind))

    response = get(picture, f"frames/{number}/")

    assert response["Content-Type"] == "image/jpeg"
    small = decoded(response.content)
    assert max(small.size) <= 320
    middle = small.getpixel((small.width // 2, small.height // 2))
    assert all(abs(a - b) < 24 for a, b in zip(middle, PAGE_COLOURS[number], strict=True))


def test_a_still_picture_has_one_frame(local_user):
    picture = a_picture(local_user.pk, data=encoded(photo()))

    assert get(picture, "frames/0/").status_code == 200
    assert numbers(get(picture)) == [0]


def test_a_small_picture_can_only_be_shown_and_is_kept_by_the_browser_alone(report):
    response = get(report, "frames/1/")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("number", [4, 2**31, 10**30])
def test_a_page_that_the_file_has_not_is_not_there(report, number):
    assert_problem(get(report, f"frames/{number}/"), 404, "not_found")


@pytest.mark.parametrize("path", ["frames/", "frames/0/"])
def test_somebody_elses_pages_are_not_there(stranger, local_user, path):
    assert_problem(get(a_picture(stranger.id), path), 404, "not_found")


def test_a_file_that_is_gone_is_not_there(report):
    for name in kept_files():
        default_storage.delete(name)

    assert_problem(get(report, "frames/1/"), 404, "image.gone")


def test_a_server_that_is_busy_is_to_be_asked_again_and_its_answer_is_not_kept(
    report, monkeypatch
):
    def busy(*_given):
        raise Busy

    monkeypatch.setattr(renditions.preparation, "preview", busy)

    response = get(report, "frames/1/")

    assert_problem(response, 503, "image.busy")
    assert response["Retry-After"]
    assert "Cache-Control" not in response
