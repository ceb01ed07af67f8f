"""The grid of earlier pictures, from which they are taken into a form again."""

import html
import json
import re

import pytest
from django.test import Client

from tests.support.builders import a_picture, a_png
from visionapp.preparation import View
from visionapp.uploads import intake
from visionapp.web.listing import PAGE

QUERIES = 5


def pictures_in(page: str) -> list[dict]:
    """Return the records on the buttons of a page, in order."""
    return [
        json.loads(html.unescape(found)) for found in re.findall('data-record="([^"]+)"', page)
    ]


def names_in(page: str) -> list[str]:
    return [record["name"] for record in pictures_in(page)]


def different(owner_id: int, count: int):
    return [a_picture(owner_id, f"{n}.png", a_png(60 + n, 40)) for n in range(count)]


def test_pictures_come_newest_first_with_a_small_picture_and_their_name(local_user):
    older, newer = different(local_user.pk, 2)

    page = Client().get("/pictures/").content.decode()

    assert names_in(page) == ["1.png", "0.png"]
    assert page.index(f"/pictures/{newer.pk}/thumbnail/") < page.index(
        f"/pictures/{older.pk}/thumbnail/"
    )


def test_a_button_carries_the_record_that_the_api_gives(owner, required):
    picture = a_picture(owner.id)
    client = Client()
    client.force_login(owner.user)

    [record] = pictures_in(client.get("/pictures/").content.decode())

    assert record == owner.api().get(f"images/{picture.pk}").json()


def test_the_next_pictures_are_behind_the_last(local_user):
    different(local_user.pk, PAGE + 2)

    first = Client().get("/pictures/").content.decode()
    [following] = re.findall(r'hx-get="([^"]+)"', first)
    second = Client().get(html.unescape(following)).content.decode()

    assert len(names_in(first)) == PAGE
    assert names_in(second) == ["1.png", "0.png"]
    assert "hx-get" not in second


def test_what_was_added_again_is_shown_once_as_it_was_called_last(local_user):
    for name in ("first.png", "again.png"):
        a_picture(local_user.pk, name)

    assert names_in(Client().get("/pictures/").content.decode()) == ["again.png"]


def test_parts_of_a_picture_are_shown_beside_the_whole(local_user):
    whole = a_picture(local_user.pk, "whole.png")
    for name in ("left", "left again"):
        intake.accept_part(whole, View(box=(0, 0, 30, 40)), name)

    page = Client().get("/pictures/").content.decode()

    assert names_in(page) == ["left again", "left", "whole.png"]


def test_a_name_is_text_and_no_markup(local_user):
    a_picture(local_user.pk, '"><script>alert(1)<.png')

    page = Client().get("/pictures/").content.decode()

    assert "<script" not in page
    assert names_in(page) == ['"><script>alert(1)<.png']


def test_who_has_none_is_told_what_will_be_here(local_user, stranger):
    a_picture(stranger.id, "secret.png")

    page = Client().get("/pictures/").content.decode()

    assert "Pictures that you add are kept here" in page
    assert "secret.png" not in page


def test_a_cursor_that_nobody_gave_is_refused(local_user):
    response = Client().get("/pictures/?cursor=made-up")

    assert response.status_code == 422


@pytest.mark.parametrize("count", [3, 25])
def test_many_cost_as_many_queries_as_few(local_user, django_assert_max_num_queries, count):
    different(local_user.pk, count)
    client = Client()
    client.get("/healthz")

    with django_assert_max_num_queries(QUERIES):
        page = client.get("/pictures/").content.decode()

    assert len(names_in(page)) == count
