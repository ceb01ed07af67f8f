"""At the limit of what one person may keep: 413 with numbers, and the way on stays open."""

import pytest

from tests.support.builders import a_file, a_picture, a_png
from tests.support.problems import assert_problem
from visionapp.uploads import quota
from visionapp.uploads.models import Picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(owner, settings) -> Picture:
    """A picture that takes all the room that its owner has."""
    picture = a_picture(owner.id)
    settings.STORAGE_LIMIT = quota.used_by(owner.id)
    return picture


def test_one_more_picture_is_refused_with_what_to_do(owner, full):
    answer = owner.api().upload(a_file("more.png", a_png(colour="red")))

    said = assert_problem(answer, 413, "storage.limit")
    assert said.startswith("Your pictures take ")
    assert said.endswith("or unused pictures in Settings, then add it again.")
    assert Picture.objects.get() == full


def test_a_part_is_refused_in_the_same_way(owner, full):
    answer = owner.api().post(f"images/{full.pk}/parts", {"box": [0, 0, 20, 20]})

    assert_problem(answer, 413, "storage.limit")


def test_after_a_deletion_there_is_room_again(owner, full):
    api = owner.api()
    api.delete(f"images/{full.pk}")

    assert api.upload(a_file()).status_code == 201


def test_what_is_there_can_be_asked_about_at_the_limit(owner, full):
    answer = owner.api().post(
        "conversations", {"images": [str(full.pk)], "instruction": "What does it show?"}
    )

    assert answer.status_code == 201
