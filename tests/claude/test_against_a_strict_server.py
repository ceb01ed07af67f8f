"""Requests that a strict Messages API takes, and its faults as they are told to a person."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.support import messages_api as fake
from tests.support.messages_api import MessagesApi
from tests.support.pictures import encoded, quadrants
from visionapp.catalogue import cards
from visionapp.catalogue.budget import seen_size, visual_tokens
from visionapp.claude import failures
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.content import ImagePart, Message, TextPart

BUILT_IN = cards.built_in()


def picture(label=""):
    return ImagePart("image/png", 640, 480, encoded(quadrants(640, 480)), label)


def history():
    return (
        Message("user", (TextPart("Compare."), picture("Image 1:"), picture("Image 2:"))),
        Message("assistant", (TextPart("They are alike."),)),
        Message("user", (TextPart("And in colour?"),)),
        Message("assistant", (TextPart(" "),)),
        Message("user", (TextPart("Which is larger?\ud800"),)),
    )


@contextmanager
def answering(*behaviours, official=True):
    with MessagesApi() as api:
        api.script(*behaviours)
        claude = Claude.from_environment("k", api.url)
        claude.is_official = official
        yield api, claude
        claude.close()


# The SDK warns of models that are about to retire; their cards say so too.
@pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning")
@pytest.mark.parametrize("card", BUILT_IN, ids=lambda card: card.id)
@pytest.mark.parametrize("prefix", ["", "Image 1 "])
def test_every_model_takes_what_is_sent(card, prefix):
    request = ReplyRequest(card, history(), 999_999, "Be brief.", card.default_effort, prefix)
    with answering() as (api, claude), claude.reply(request) as reply:
        assert "".join(reply)
        assert not api.refusals
        assert [image.size for image in api.requests[0].images] == [(640, 480)] * 2
        assert reply.outcome.stop_reason == "end_turn"
        assert reply.outcome.request_id == api.requests[0].request_id


def test_usage_is_what_the_server_counted():
    request = ReplyRequest(BUILT_IN[0], history(), 4096)
    with answering() as (api, claude), claude.reply(request) as reply:
        list(reply)
        usage, counted = reply.outcome.usage, api.requests[0].usage
    assert usage.input_tokens == counted["input_tokens"]
    assert usage.output_tokens == counted["output_tokens"]
    assert usage.cache_creation_input_tokens == counted["cache_creation_input_tokens"]
    assert usage.cache_read_input_tokens == counted["cache_read_input_tokens"]


def test_both_sides_count_the_same_tokens_of_a_picture():
    assert fake.seen_size(4032, 3024, "standard") == seen_size(4032, 3024, "standard")
    assert fake.visual_tokens(640, 480) == visual_tokens(640, 480)


def test_a_refusal_ends_the_answer_with_its_explanation():
    request = ReplyRequest(BUILT_IN[0], history(), 4096)
    with answering(fake.Refusal("No.")) as (_, claude), claude.reply(request) as reply:
        list(reply)
        assert (reply.outcome.stop_reason, reply.outcome.explanation) == ("refusal", "No.")


FAULTS = {
    "error event": (fake.ErrorEvent(), failures.Busy),
    "cut": (fake.Cut(), failures.Interrupted),
    "clean end": (fake.CleanEnd(), failures.Interrupted),
    "no stop reason": (fake.NoStopReason(), failures.Interrupted),
    "garbled": (fake.Garbled(), failures.Garbled),
    "bad utf-8": (fake.BadUtf8(), failures.Garbled),
    "two starts": (fake.DuplicateMessageStart(), failures.Interrupted),
    "html": (fake.HtmlWith200(), failures.Garbled),
    "json": (fake.JsonWith200(), failures.Garbled),
    "reset": (fake.ResetBeforeHeaders(), failures.Unreachable),
    "413 page": (fake.HttpError(413, html=True), failures.RequestTooLarge),
    "429": (fake.HttpError(429, headers={"retry-after": "3"}), failures.RateLimited),
    "529": (fake.HttpError(529), failures.Busy),
}


@pytest.mark.parametrize(("fault", "failure"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_as_what_it_is(fault, failure):
    request = ReplyRequest(BUILT_IN[0], history(), 4096)
    with answering(fault) as (api, claude), claude.reply(request) as reply:
        with pytest.raises(failure):
            list(reply)
        assert len(api.requests) == 1


def refusal_of(default, *messages):
    with answering() as (api, claude):
        api.default = default
        with claude.reply(ReplyRequest(BUILT_IN[0], messages, 4096)) as reply:
            with pytest.raises(failures.ImageRefused) as caught:
                list(reply)
            assert reply.request_id == api.requests[0].request_id
    return caught.value


def test_refused_images_are_counted_through_all_messages():
    wide = replace(picture("Image 3:"), data=encoded(quadrants(1200, 60)))
    asked = Message("user", (wide, TextPart("And this?")))
    answer = Message("assistant", (TextPart("Alike."),))

    refusal = refusal_of(fake.ShortSides(1000), history()[0], answer, asked)

    assert (refusal.places, refusal.most_side) == ((2,), 1000)


def test_an_image_that_is_not_told_has_no_place_among_several():
    bad = fake.CannotProcess((640, 480))
    assert refusal_of(bad, *history()).places == ()
    assert refusal_of(bad, Message("user", (picture(),))).places == (0,)


ODD = {
    "unknown events": fake.UnknownEvents(),
    "byte by byte": fake.OneByteChunks(),
    "no usage": fake.MissingUsage(),
    "no request id": fake.MissingRequestId(),
    "a huge delta": fake.HugeDelta(),
    "words after the end": fake.DeltasAfterStop(),
}


@pytest.mark.parametrize("oddity", ODD.values(), ids=ODD.keys())
def test_what_is_merely_odd_is_an_answer(oddity):
    request = ReplyRequest(BUILT_IN[0], history(), 4096)
    with answering(oddity) as (_, claude), claude.reply(request) as reply:
        text = "".join(reply)
        assert reply.outcome.stop_reason == "end_turn"
    assert text
    assert "GHOST" not in text


@pytest.mark.parametrize(
    "silence",
    [fake.Hang(), fake.Stall(), fake.Stall(pings_every=0.01)],
    ids=["hang", "stall", "pings"],
)
def test_hanging_up_on_a_silent_server_frees_both_ends(silence):
    request = ReplyRequest(BUILT_IN[0], history(), 4096)
    with answering(silence) as (api, claude), claude.reply(request) as reply:
        reader = threading.Thread(target=lambda: list(reply))
        reader.start()
        assert api.wait_for_requests(1, 5)
        reply.abort()
        reader.join(2)
        assert not reader.is_alive()
        assert api.requests[0].wait_until_closed_by_client(2)


def test_listed_models_become_cards():
    with answering() as (_, claude):
        listed = claude.list_models()
    offered = cards.merged(listed, official=True)
    assert offered[0] == BUILT_IN[0]
    assert all(listing.effort_levels is not None for listing in listed)
