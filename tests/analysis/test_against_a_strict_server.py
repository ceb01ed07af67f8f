"""Threads with more pictures than the API takes as they are, and with ones that it refuses."""

import pytest

from tests.support.builders import a_follow_up, a_picture, a_turn
from tests.support.crowd import copies
from tests.support.messages_api import Answer, CannotProcess, MessagesApi, ShortSides
from tests.support.pictures import encoded, noise, photo, quadrants
from visionapp.analysis.run import run_turn
from visionapp.claude.client import Claude
from visionapp.conversations import life, offers
from visionapp.conversations.asking import Choices, follow_up
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import take_out
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.uploads.renditions import prepared_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # The SDK warns of models that are about to retire; their cards say so too.
    pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning"),
]

BODY = 32 * 2**20


@pytest.fixture(autouse=True)
def with_a_key(settings):
    """Claude's own models are on offer."""
    settings.DEMO = False


@pytest.fixture
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture
def ask(api):
    """Let the model answer a turn over a real connection."""
    claude = Claude.from_environment("k", api.url)

    def answer(turn: Turn) -> Turn:
        run_turn(turn.pk, claude=claude)
        return Turn.objects.get(pk=turn.pk)

    yield answer
    claude.close()


def further(turn, pictures=(), question="And then?"):
    return follow_up(
        conversation=turn.conversation,
        instruction=question,
        choices=Choices(),
        picture_ids=[picture.pk for picture in pictures],
    )


def longest(request) -> int:
    return max(max(image.size) for image in request.images)


def test_a_thread_of_25_large_pictures_goes_on(owner, api, ask):
    picture = a_picture(owner.id, data=encoded(quadrants(2600, 900)))
    pictures = [picture, *copies(picture, 24)]
    turn = ask(a_turn(owner.id, pictures=pictures[:20]))
    assert longest(api.requests[-1]) == 2576

    turn = ask(further(turn, pictures[20:]))
    assert turn.state == "answered"
    assert len(api.requests[-1].images) == 25
    assert longest(api.requests[-1]) == 2000
    assert turn.notices == [["images.many", 25]]

    before = api.requests[-1].images
    assert ask(further(turn)).state == "answered"
    assert [image.data for image in api.requests[-1].images] == [image.data for image in before]
    assert not api.refusals


def test_a_thread_of_130_pictures_goes_on_with_a_model_that_takes_100(owner, api, ask):
    picture = a_picture(owner.id)
    pictures = [picture, *copies(picture, 129)]
    small = Choices(model="claude-haiku-4-5")
    turn = ask(a_turn(owner.id, pictures=pictures[:100], choices=small))
    assert len(api.requests[-1].images) == 100

    turn = ask(further(turn, pictures[100:]))

    assert (turn.state, turn.model) == ("answered", "claude-haiku-4-5-20251001")
    assert len(api.requests[-1].images) == 100
    assert turn.notices == [["images.left_out_count", 30, 100]]
    said = api.requests[-1].json["messages"]
    assert said[0]["content"][29]["text"].startswith("Image 30 is left out:")
    assert said[0]["content"][30]["text"] == "Image 31:"
    assert said[-1]["content"][-3]["text"] == "Image 130:"
    assert not api.refusals
    assert not PreparedImage.objects.exclude(tier="high").exists()


def more_than_a_request_holds(owner, image) -> list[Picture]:
    picture = a_picture(owner.id, data=encoded(image, "JPEG", quality=95))
    prepared_for(picture, "standard")
    weight = picture.prepared_images.get(tier="high").bytes * 4 // 3
    return [picture, *copies(picture, BODY // weight)]


def test_a_thread_heavier_than_a_request_goes_on_with_smaller_pictures(owner, api, ask):
    pictures = more_than_a_request_holds(owner, photo(1800, 1300))
    turn = ask(a_turn(owner.id, pictures=pictures[:-2]))

    turn = ask(further(turn, pictures[-2:]))

    assert turn.state == "answered"
    received = api.requests[-1]
    widths = [image.width for image in received.images]
    smaller = widths.count(1288)
    assert widths == [1288] * smaller + [1800] * (len(pictures) - smaller)
    assert 0 < smaller < len(pictures) - 2
    assert 0.8 * BODY < received.raw.size < BODY
    assert turn.notices == [["images.smaller_bytes", smaller]]
    assert not api.refusals


def test_a_thread_far_heavier_than_a_request_goes_on_without_its_oldest(owner, api, ask):
    pictures = more_than_a_request_holds(owner, noise(1800, 1300))
    turn = ask(a_turn(owner.id, pictures=pictures[:3]))

    turn = ask(further(turn, pictures[3:]))

    assert turn.state == "answered"
    received = api.requests[-1]
    assert {image.width for image in received.images} == {1288}
    assert received.raw.size < BODY
    assert turn.notices[0] == ["images.left_out_bytes", len(pictures) - len(received.images)]
    assert not api.refusals


def test_a_picture_that_is_too_long_for_the_server_is_repaired(owner, api, ask):
    api.default = ShortSides(2000)
    picture = a_picture(owner.id, data=encoded(quadrants(2600, 900)))
    small = a_picture(owner.id)
    turn = ask(a_turn(owner.id, pictures=[small]))

    turn = ask(further(turn, [picture]))

    assert turn.state == "answered"
    assert [longest(request) for request in api.requests[1:]] == [2576, 2000]
    assert [request.status for request in api.requests] == [200, 400, 200]
    assert turn.notices == [["images.repaired", 1]]


def test_a_picture_that_stays_too_long_is_named(owner, api, ask):
    api.default = ShortSides(1000)
    small, picture = a_picture(owner.id), a_picture(owner.id, data=encoded(quadrants(2600, 900)))

    turn = ask(a_turn(owner.id, pictures=[small, picture]))

    assert [longest(request) for request in api.requests] == [2576, 1568]
    assert turn.failure_message.startswith("Claude refused Image 2 (“chart.png”).")
    assert turn.refused_pictures == [str(picture.pk)]


def test_a_picture_that_cannot_be_processed_can_be_dropped_and_the_thread_goes_on(owner, api, ask):
    bad = a_picture(owner.id, data=encoded(quadrants(320, 240)))
    api.default = CannotProcess((320, 240))
    turn = ask(a_turn(owner.id, pictures=[a_picture(owner.id)]))
    turn = ask(further(turn, [bad]))
    assert (turn.state, turn.failure_code) == ("failed", "claude.image_refused")
    assert turn.refused_pictures == []

    take_out(turn.conversation, bad.pk)
    life.try_again(turn)
    turn = ask(turn)
    assert (turn.state, turn.attempt) == ("answered", 2)
    assert "Image 2 was taken out of the conversation." in api.requests[-1].question

    assert ask(a_follow_up(turn.conversation)).state == "answered"
    assert len(api.requests[-1].images) == 1
    assert not api.refusals


def test_the_only_picture_is_the_one_that_was_refused(owner, api, ask):
    bad = a_picture(owner.id, data=encoded(quadrants(320, 240)))
    api.default = CannotProcess((320, 240))

    turn = ask(a_turn(owner.id, pictures=[bad]))

    assert turn.refused_pictures == [str(bad.pk)]
    take_out(turn.conversation, bad.pk)
    life.try_again(turn)
    assert ask(turn).state == "answered"
    assert api.requests[-1].images == ()


def test_every_model_on_offer_takes_25_large_pictures(owner, api, ask):
    picture = a_picture(owner.id, data=encoded(quadrants(2600, 900)))
    for tier in ("many", "standard"):
        prepared_for(picture, tier)
    pictures = [picture, *copies(picture, 24)]
    for card in offers.offered():
        turn = a_turn(owner.id, pictures=pictures, choices=Choices(model=card.id))
        assert ask(turn).state == "answered", card.id

    assert len(api.requests) == len(offers.offered())
    assert not api.refusals
    assert isinstance(api.default, Answer)
