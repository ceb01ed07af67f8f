"""What Claude sees: the facts of what a chosen model is sent of a picture, for its owner."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tests.support.builders import a_picture, a_png
from tests.support.disk import kept_files
from tests.support.formats import frames
from tests.support.markup_rules import offences
from tests.support.pictures import encoded, jpeg_with_secrets, photo
from tests.support.problems import assert_problem
from visionapp.preparation import READABLE, View
from visionapp.preparation.refusals import Busy
from visionapp.uploads import intake, renditions
from visionapp.uploads.models import PreparedImage

STANDARD = "claude-sonnet-4-6"
"""A model of the standard image tier."""


def seen(picture, **query):
    return Client(headers={"HX-Request": "true"}).get(f"/pictures/{picture.pk}/seen/", query)


def words(response) -> str:
    """Return what a person reads."""
    assert response.status_code == 200, response.content
    return " ".join(unescape(re.sub("<[^>]*>", " ", response.content.decode())).split())


def attribute(response, name: str) -> str:
    return re.search(f'{name}="([^"]*)"', response.content.decode())[1]


@pytest.fixture
def large(local_user):
    """A drawing larger than any model sees."""
    return a_picture(local_user.pk, data=a_png(3000, 500))


def test_it_says_what_a_high_tier_model_is_sent(local_user, with_a_key):
    said = words(seen(a_picture(local_user.pk, data=a_png(4032, 3024))))

    assert "Sent as 2,212 × 1,659 px 55 % of 4,032 × 3,024 px" in said
    assert "PNG, lossless" in said
    assert "Tokens 4,740" in said
    assert "Shrunk to the largest size that this model sees." in said
    assert "Location, device and all other metadata are left out." in said


def test_it_says_what_a_standard_tier_model_is_sent(large, with_a_key):
    response = seen(large, model=STANDARD)

    assert "Sent as 1,568 × 261 px 52 % of 3,000 × 500 px" in words(response)
    assert f"/pictures/{large.pk}/prepared/?model={STANDARD}" in response.content.decode()
    assert attribute(response, "data-tier") == "standard"
    assert attribute(response, "data-input-price") == "3"


def test_a_picture_that_fits_is_sent_as_it_is(local_user):
    said = words(seen(a_picture(local_user.pk, data=a_png(900, 600))))

    assert "Sent as 900 × 600 px its full size" in said
    assert "Not shrunk: every pixel is sent." in said
    assert "Split" not in said


def test_a_photo_is_sent_as_jpeg(local_user):
    picture = a_picture(local_user.pk, data=encoded(photo(), "JPEG"))

    assert "JPEG, high quality" in words(seen(picture))


def test_a_very_small_picture_is_said_to_be_enlarged(local_user):
    said = words(seen(a_picture(local_user.pk, data=a_png(60, 40))))

    assert "Sent as 300 × 200 px 500 % of 60 × 40 px" in said
    assert "It is very small, so it is sent at 5 times its size." in said
    assert "Shrunk" not in said


@pytest.mark.parametrize(
    ("height", "verdict"),
    [(7.4, "about 7 px high Too small to be sure of"), (11.6, "about 12 px high Readable")],
)
def test_the_smallest_text_has_a_height_and_a_verdict(large, height, verdict):
    large.prepared_images.update(text_height=height)

    said = words(seen(large))

    assert f"Smallest text {verdict}" in said
    assert ("Cut out the part that counts, or split it." in said) == (height < READABLE)


def test_where_no_text_was_found_it_says_what_could_be_lost(large):
    strip = a_picture(large.owner_id, data=a_png(900, 9000))

    assert "Smallest text None found How" in words(seen(large))
    lost = "None found What is small in the original is lost at 29 %."
    assert f"Smallest text {lost}" in words(seen(strip))


def test_what_a_model_is_sent_is_made_once(large, with_a_key):
    assert [image.tier for image in large.prepared_images.all()] == ["high"]

    seen(large, model=STANDARD)
    made = kept_files()
    seen(large, model=STANDARD)

    assert sorted(image.tier for image in large.prepared_images.all()) == ["high", "standard"]
    assert kept_files() == made


def test_the_parts_of_a_large_picture_cover_it_and_have_a_price(large):
    response = seen(large)

    rects = re.findall(
        r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', response.content.decode()
    )
    boxes = [tuple(map(int, rect)) for rect in rects]
    assert f"Split into {len(boxes)} readable parts" in words(response)
    assert max(x + width for x, _, width, _ in boxes) == 3000
    assert max(y + height for _, y, _, height in boxes) == 500
    width, height = boxes[0][2:]
    assert f"{width:,} × {height:,} px each, unshrunk" in words(response)
    tokens = len(boxes) * -(-width // 28) * -(-height // 28)
    assert f"Together {tokens:,} tokens" in words(response)


def test_parts_that_stay_unreadable_are_not_called_readable(large):
    large.prepared_images.update(text_height=2.0)

    assert re.search(r"Split into \d+ parts", words(seen(large)))


def test_a_page_of_a_file_is_named_and_the_others_are_offered(local_user):
    report = a_picture(local_user.pk, "report.pdf", frames("PDF"))
    page = intake.accept_part(report, View(2))

    response = seen(page)

    assert "Page 3 of 4." in words(response)
    assert "Pages (4)" in words(response)
    assert attribute(response, "data-file-name") == "report.pdf"
    assert attribute(response, "data-part-name") == "report.pdf, page 3, part"


def test_a_moving_picture_offers_its_frames(local_user):
    response = seen(a_picture(local_user.pk, "ball.gif", frames("GIF")))

    assert "Frame 1 of 4." in words(response)
    assert "Frames (4)" in words(response)


def test_a_still_picture_offers_no_pages(large):
    assert 'role="tab"' not in seen(large).content.decode()


def test_a_part_says_where_it_was_cut_out(large):
    part = intake.accept_part(large, View(0, (1200, 30, 2000, 490)), "chart.png, part")

    response = seen(part)

    assert "Cut out of the whole, 1,200 px from its left and 30 px from its top." in words(
        response
    )
    assert attribute(response, "data-part-name") == "chart.png, part"


def test_a_name_cannot_act_on_the_page(local_user):
    picture = a_picture(local_user.pk, name='"><img src=x onerror=alert(1)>.png')

    page = seen(picture).content.decode()

    assert offences(page) == []
    assert "&quot;&gt;&lt;img src=x" in page


def test_metadata_is_not_in_what_is_shown(local_user):
    picture = a_picture(local_user.pk, data=jpeg_with_secrets())
    address = unescape(attribute(seen(picture), "<img src"))

    assert b"SECRET" not in Client().get(address).content


def test_a_model_that_is_not_on_offer_is_a_sentence(large):
    response = seen(large, model="gpt-5")

    said = assert_problem(response, 422, "model.unknown")
    assert "Choose one of the list" in said


def test_somebody_elses_picture_is_not_there_and_nothing_is_made(stranger, with_a_key, local_user):
    picture = a_picture(stranger.id)

    assert_problem(seen(picture, model=STANDARD), 404, "not_found")
    assert [image.tier for image in PreparedImage.objects.all()] == ["high"]


def test_a_picture_that_never_was_is_not_there(local_user):
    response = Client().get(f"/pictures/{uuid4()}/seen/")

    assert response.status_code == 404


def test_a_picture_whose_file_is_gone_is_a_sentence(large, with_a_key):
    default_storage.delete(large.upload.file.name)

    assert "not there any more" in assert_problem(seen(large, model=STANDARD), 404, "image.gone")


def test_a_server_that_is_busy_asks_to_come_again(large, with_a_key, monkeypatch):
    def busy(*_given):
        raise Busy

    monkeypatch.setattr(renditions.preparation, "prepare", busy)

    response = seen(large, model=STANDARD)

    assert_problem(response, 503, "image.busy")
    assert response["Retry-After"]


def test_it_can_only_be_looked_at(large):
    assert Client().post(f"/pictures/{large.pk}/seen/").status_code == 405


def test_a_long_strip_is_not_said_to_be_sent_whole(local_user):
    strip = a_picture(local_user.pk, data=a_png(1, 20_000))

    said = words(seen(strip))

    assert "13 % of 1 × 20,000 px" in said
    assert "Shrunk to the largest size that this model sees." in said
    assert "Not shrunk" not in said
