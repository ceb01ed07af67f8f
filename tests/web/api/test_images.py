"""``/images``: what is taken in, and what its record says."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.core.files.storage import default_storage

from tests.support.builders import a_file, a_picture, a_png, a_turn
from tests.support.pictures import animation
from tests.support.problems import assert_problem
from visionapp.catalogue.tiles import tiles
from visionapp.uploads.models import Picture

LISTED = {
    *("id", "name", "format", "frame", "frames", "box", "width", "height", "bytes", "sha256"),
    *("warnings", "warning_codes", "created_at"),
}
RECORD = LISTED | {"prepared", "tiles"}
PREPARED = {"tier", "media_type", "width", "height", "bytes", "tokens", "text_height"}


def test_a_picture_is_taken_in_with_a_record_of_it(owner):
    data = a_png(600, 400)

    response = owner.api().upload(a_file("chart.png", data))

    assert response.status_code == 201
    record = response.json()
    assert set(record) == RECORD
    assert set(record["prepared"]) == PREPARED
    assert UUID(record["id"])
    assert (record["name"], record["format"]) == ("chart.png", "PNG")
    assert (record["width"], record["height"], record["bytes"]) == (600, 400, len(data))
    assert (record["frame"], record["frames"], record["box"]) == (0, 1, None)
    assert record["sha256"] == hashlib.sha256(data).hexdigest()
    assert (record["warnings"], record["warning_codes"], record["tiles"]) == ([], [], [])
    assert datetime.fromisoformat(record["created_at"]) <= datetime.now(UTC)


def test_a_record_says_what_the_default_model_is_sent(owner):
    prepared = owner.api().upload(a_file(data=a_png(600, 400))).json()["prepared"]

    assert (prepared["tier"], prepared["media_type"]) == ("high", "image/png")
    assert (prepared["width"], prepared["height"], prepared["tokens"]) == (600, 400, 22 * 15)
    assert prepared["bytes"] > 0
    assert prepared["text_height"] is None


def test_a_very_small_picture_is_enlarged_and_said_to_be(owner):
    record = owner.api().upload(a_file(data=a_png(60, 40))).json()

    assert (record["prepared"]["width"], record["prepared"]["height"]) == (300, 200)
    [warning] = record["warnings"]
    assert "5 times its size" in warning
    assert record["warning_codes"] == []


def test_a_picture_that_is_shrunk_comes_with_the_parts_that_would_not_be(owner):
    record = owner.api().upload(a_file("strip.png", a_png(400, 6000))).json()

    assert record["prepared"]["height"] < 6000
    assert record["tiles"] == [list(box) for box in tiles(400, 6000, "high")]
    assert len(record["tiles"]) > 1


def test_the_record_can_be_read_again(owner):
    record = owner.api().upload(a_file()).json()

    assert owner.api().get(f"images/{record['id']}").json() == record


def test_a_moving_picture_is_taken_with_a_warning_in_words_and_its_code(owner):
    record = owner.api().upload(a_file("moving.gif", animation("GIF"))).json()

    assert record["frames"] == 3
    assert record["warning_codes"] == ["image.animated"]
    assert "one frame" in record["warnings"][0]


def test_earlier_pictures_are_listed_newest_first_page_by_page(owner, stranger):
    a_picture(stranger.id, "secret.png")
    records = [
        owner.api().upload(a_file(f"{n}.png", a_png(300 + n, 200))).json() for n in range(5)
    ]
    listed = [{key: record[key] for key in LISTED} for record in records[::-1]]

    first = owner.api().get("images", limit=3).json()
    second = owner.api().get("images", limit=3, cursor=first["next_cursor"]).json()

    assert first["items"] == listed[:3]
    assert second == {"items": listed[3:], "next_cursor": None}


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(owner, django_assert_max_num_queries):
    for number in range(12):
        a_picture(owner.id, f"{number}.png", a_png(60 + number, 40))

    with django_assert_max_num_queries(5):
        page = owner.api().get("images").json()

    assert len(page["items"]) == 12


def test_a_cursor_that_nobody_gave_is_refused(owner):
    assert_problem(owner.api().get("images", cursor="made-up"), 422, "cursor.invalid")


def test_a_path_in_the_name_is_no_part_of_the_name(owner):
    record = owner.api().upload(a_file("../../etc/passwd\u202e.png")).json()

    assert record["name"] == "passwd.png"


def test_an_unknown_picture_is_not_found(owner):
    assert_problem(owner.api().get(f"images/{uuid4()}"), 404, "not_found")


def test_somebody_elses_picture_is_not_found(owner, stranger):
    picture = a_picture(owner.id)

    assert_problem(stranger.api().get(f"images/{picture.pk}"), 404, "not_found")


def test_a_picture_that_no_conversation_shows_can_be_deleted(
    owner, django_capture_on_commit_callbacks
):
    picture = a_picture(owner.id)
    files = [picture.upload.file.name, picture.thumbnail.name]

    with django_capture_on_commit_callbacks(execute=True):
        response = owner.api().delete(f"images/{picture.pk}")

    assert (response.status_code, response.content) == (204, b"")
    assert not Picture.objects.exists()
    assert not any(default_storage.exists(name) for name in files)


def test_a_picture_in_a_conversation_is_kept(owner):
    picture = a_picture(owner.id)
    a_turn(owner.id, pictures=[picture])

    assert_problem(owner.api().delete(f"images/{picture.pk}"), 409, "image.in_use")
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_somebody_elses_picture_is_not_deleted(owner, stranger):
    picture = a_picture(owner.id)

    assert_problem(stranger.api().delete(f"images/{picture.pk}"), 404, "not_found")
    assert default_storage.exists(picture.upload.file.name)
