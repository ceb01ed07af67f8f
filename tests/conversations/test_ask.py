"""Asking a first question: a conversation with a waiting turn, or a refusal and nothing stored."""

from uuid import uuid4

import pytest

from tests.support.builders import a_picture, a_turn
from visionapp.catalogue.cards import built_in
from visionapp.catalogue.presets import presets
from visionapp.conversations import asking, refusals
from visionapp.conversations.asking import Choices, ask
from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.uploads.refusals import PictureGone, PictureMissing


def asked(owner_id, picture=None, instruction="What does it show?", **choices):
    """Ask about one picture."""
    picture = picture or a_picture(owner_id)
    return ask(
        owner_id=owner_id,
        picture_ids=[picture.pk],
        instruction=instruction,
        choices=Choices(**choices),
    )


@pytest.fixture
def real_models(settings):
    """Offer Claude's models as they are built in."""
    settings.DEMO = False


def test_a_question_makes_a_conversation_whose_one_turn_waits(owner):
    turn = asked(owner.id, instruction="  What does it show?\n")

    conversation = Conversation.objects.get()
    assert (turn.state, turn.attempt, turn.parent) == ("waiting", 0, None)
    assert turn.question == "What does it show?"
    assert turn.conversation == conversation
    assert (conversation.owner_id, conversation.current_turn_id) == (owner.id, turn.pk)


def test_pictures_keep_the_order_in_which_they_were_given_each_once(owner):
    first, second, third = (a_picture(owner.id) for _ in range(3))

    turn = ask(
        owner_id=owner.id,
        picture_ids=[third.pk, first.pk, third.pk, second.pk],
        instruction="Compare them.",
        choices=Choices(),
    )

    pictures = TurnPicture.objects.filter(turn=turn)
    assert [shown.picture for shown in pictures] == [third, first, second]


def test_a_hundred_pictures_are_taken_with_a_question_and_one_more_is_not(owner, monkeypatch):
    monkeypatch.setattr(asking, "MAX_PICTURES", 3)
    pictures = [a_picture(owner.id) for _ in range(4)]

    turn = a_turn(owner.id, pictures=pictures[:-1])
    with pytest.raises(refusals.TooManyPictures, match="up to 3 pictures; this one brings 4"):
        a_turn(owner.id, pictures=pictures)

    assert turn.pictures.count() == 3
    assert Conversation.objects.count() == 1


def test_no_model_takes_fewer_pictures_than_a_question_may_bring():
    assert min(card.max_images for card in built_in()) == asking.MAX_PICTURES == 100


def test_a_question_without_a_picture_is_refused(owner):
    with pytest.raises(PictureMissing) as refused:
        ask(owner_id=owner.id, picture_ids=[], instruction="What?", choices=Choices())

    assert type(refused.value) is PictureMissing
    assert not Conversation.objects.exists()


def test_a_picture_that_is_not_there_is_refused(owner):
    with pytest.raises(PictureGone):
        ask(owner_id=owner.id, picture_ids=[uuid4()], instruction="What?", choices=Choices())


def test_a_strangers_picture_is_refused_like_one_that_is_not_there(owner, stranger):
    picture = a_picture(stranger.id)

    with pytest.raises(PictureGone):
        asked(owner.id, picture)

    assert not Conversation.objects.exists()


@pytest.mark.parametrize("instruction", ["", "  \n\t "])
def test_an_empty_question_is_refused(owner, instruction):
    with pytest.raises(refusals.InstructionEmpty):
        asked(owner.id, instruction=instruction)


def test_a_question_may_be_as_long_as_the_limit_and_no_longer(owner):
    longest = "x" * asking.MAX_INSTRUCTION

    assert asked(owner.id, instruction=longest).question == longest
    with pytest.raises(refusals.InstructionTooLong, match="up to 20,000 characters"):
        asked(owner.id, instruction=longest + "x")


def test_a_preset_asks_when_nothing_was_written(owner):
    preset = presets()[0]

    turn = asked(owner.id, instruction="", preset=preset.id)

    assert (turn.question, turn.preset) == (preset.instruction, preset.id)


def test_what_was_written_counts_more_than_the_preset(owner):
    turn = asked(owner.id, instruction="Only the legend.", preset=presets()[0].id)

    assert turn.question == "Only the legend."


def test_a_preset_that_does_not_exist_is_refused(owner):
    with pytest.raises(refusals.PresetUnknown, match="'poetry'"):
        asked(owner.id, preset="poetry")


def test_a_model_that_is_not_on_offer_is_refused_and_nothing_is_stored(owner):
    with pytest.raises(refusals.ModelUnknown):
        asked(owner.id, model="gpt-99")

    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()


def test_without_a_choice_the_default_model_answers(owner, real_models):
    assert asked(owner.id).model == "claude-sonnet-5-5"


def test_an_alias_is_stored_as_the_models_own_name(owner, real_models):
    turn = asked(owner.id, model="claude-haiku-4-5")

    assert turn.model == "claude-haiku-4-5-20251001"


def test_the_default_length_is_cut_to_what_the_model_writes(owner):
    assert asked(owner.id).max_tokens == min(asking.DEFAULT_MAX_TOKENS, 8192)


@pytest.mark.parametrize("wanted", [1, 8192])
def test_a_length_that_the_model_writes_is_kept(owner, wanted):
    assert asked(owner.id, max_tokens=wanted).max_tokens == wanted


@pytest.mark.parametrize("wanted", [-1, 0, 8193, 10**12])
def test_a_length_outside_of_the_models_is_refused_with_both_limits(owner, wanted):
    with pytest.raises(refusals.SettingRefused, match="between 1 and 8,192 tokens"):
        asked(owner.id, max_tokens=wanted)

    assert not Conversation.objects.exists()


def test_an_effort_that_the_model_knows_is_kept(owner, real_models):
    assert asked(owner.id, effort="low").effort == "low"


@pytest.mark.parametrize("effort", ["huge", "LOW"])
def test_an_effort_that_the_model_does_not_know_is_refused_with_the_list(
    owner, real_models, effort
):
    with pytest.raises(refusals.SettingRefused, match="low, medium, high"):
        asked(owner.id, effort=effort)


def test_a_model_without_efforts_says_so(owner):
    with pytest.raises(refusals.SettingRefused, match="these efforts: none"):
        asked(owner.id, effort="low")


def test_a_beginning_of_the_answer_is_kept(owner):
    assert asked(owner.id, answer_prefix='{"rows":').answer_prefix == '{"rows":'


@pytest.mark.parametrize("prefix", ["Yes ", "{\n", "x" * (asking.MAX_PREFIX + 1)])
def test_a_beginning_that_is_too_long_or_ends_in_blanks_is_refused(owner, prefix):
    with pytest.raises(refusals.SettingRefused):
        asked(owner.id, answer_prefix=prefix)

    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What does it show?", "What does it show?"),
        ("Title line \nand more", "Title line"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("word " * 30, ("word " * 15 + "word…")),
    ],
)
def test_the_title_is_the_questions_first_line_cut_to_eighty(owner, question, title):
    assert asked(owner.id, instruction=question).conversation.title == title
