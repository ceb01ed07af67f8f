"""The picture stage of a thread: its facts are those of the very pixels that it shows."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from tests.support.builders import DEFAULTS, a_picture, a_png, a_turn, answered
from visionapp.conversations import fitting
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import hold
from visionapp.uploads.models import PreparedImage
from visionapp.web.pages import thread

pytestmark = pytest.mark.django_db(transaction=True)

STANDARD = "claude-sonnet-4-6"


@pytest.fixture
def one_is_many(monkeypatch):
    """Let the rule for more than 20 pictures begin earlier."""
    monkeypatch.setattr(fitting, "MANY", 1)
    monkeypatch.setattr(thread, "MANY", 1)


@pytest.fixture
def large(local_user):
    """Make pictures that a model of the high tier sees over 2000 pixels wide."""
    return lambda count: [
        a_picture(local_user.pk, f"{n}.png", a_png(2600, 500 + n)) for n in range(count)
    ]


def page_of(turn: Turn) -> str:
    return Client().get(f"/c/{turn.conversation_id}/").content.decode()


def shown(page: str) -> tuple[str, tuple[int, int]]:
    """Return the facts below the stage, and the size of what it shows."""
    facts = re.search(r"data-words>([^<]*) px as sent", page)[1]
    source = unescape(re.search(r'<img src="([^"]*/prepared/[^"]*)"', page)[1])
    thumb = unescape(re.search(r'data-prepared="([^"]*)"', page)[1])
    assert thumb == source
    return facts, Image.open(BytesIO(Client().get(source).content)).size


def test_of_many_pictures_the_smaller_ones_that_are_sent_are_shown(
    local_user, with_a_key, large, one_is_many
):
    turn = answered(a_turn(local_user.pk, pictures=large(2)))

    assert shown(page_of(turn)) == ("2000 × 385", (2000, 385))


def test_few_are_shown_at_their_best(local_user, with_a_key, large):
    turn = answered(a_turn(local_user.pk, pictures=large(1)))

    assert shown(page_of(turn)) == ("2576 × 495", (2576, 495))


def test_the_stage_shows_what_the_model_of_the_thread_is_sent(local_user, with_a_key, large):
    turn = answered(a_turn(local_user.pk, pictures=large(1), choices=Choices(model=STANDARD)))

    assert shown(page_of(turn)) == ("1568 × 302", (1568, 302))


def test_a_picture_that_is_held_smaller_is_shown_smaller(local_user, with_a_key, large):
    turn = a_turn(local_user.pk, pictures=large(1))
    hold(turn.conversation, [turn.pictures.get().picture_id], "many")

    assert shown(page_of(answered(turn))) == ("2000 × 385", (2000, 385))


def test_looking_makes_nothing_new(local_user, with_a_key, large):
    turn = a_turn(local_user.pk, pictures=large(1), choices=Choices(model=STANDARD))
    before = PreparedImage.objects.count()

    assert shown(page_of(turn)) == ("2576 × 495", (2576, 495))
    assert PreparedImage.objects.count() == before


@pytest.mark.parametrize("tier", ["huge", "High"])
def test_a_tier_that_there_is_not_is_not_found(local_user, large, tier):
    picture = large(1)[0]

    assert Client().get(f"/pictures/{picture.pk}/prepared/", {"tier": tier}).status_code == 404
    assert PreparedImage.objects.count() == 1


def test_what_more_pictures_mean_is_said_once(local_user, with_a_key, large, one_is_many):
    pictures = large(4)
    turn = answered(a_turn(local_user.pk, pictures=pictures[:2]))
    for picture in pictures[2:]:
        turn.conversation.refresh_from_db()
        turn = answered(
            follow_up(
                conversation=turn.conversation,
                instruction="And this?",
                picture_ids=[picture.pk],
                choices=DEFAULTS,
            )
        )

    assert turn.notices == [["images.many", 4]]
    assert page_of(turn).count('class="fitted"') == 1


def test_a_picture_that_could_not_be_prepared_can_be_taken_out(local_user, large):
    turn = a_turn(local_user.pk, pictures=large(2))
    Turn.objects.update(
        state="failed",
        settled_at=turn.created_at,
        failure_code="image.unprepared",
        failure_message="The server could not prepare Image 2.",
        refused_pictures=[str(turn.pictures.all()[1].picture_id)],
    )

    page = page_of(turn)

    assert f"/turns/{turn.pk}/without/{turn.pictures.all()[1].picture_id}/" in page
    assert f"/turns/{turn.pk}/without/{turn.pictures.all()[0].picture_id}/" not in page
