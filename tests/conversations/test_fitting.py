"""What pictures of a request are sent as, all of them together."""

from dataclasses import replace

import pytest
from django.core.files.base import ContentFile

from visionapp.catalogue import cards
from visionapp.catalogue.budget import TIERS, sent_size, visual_tokens
from visionapp.conversations import fitting
from visionapp.conversations.fitting import Candidate, Load, fit
from visionapp.conversations.refusals import PictureUnprepared
from visionapp.preparation.refusals import Busy, TooComplex
from visionapp.uploads.models import Picture, PreparedImage, Upload
from visionapp.uploads.refusals import PictureGone

NO_WORDS = Load(0, 0)
HIGH = replace(cards.unknown("high"), tier="high", context_window=10_000_000)
SMALL_WINDOW = replace(HIGH, context_window=200_000)
STANDARD = replace(cards.unknown("standard"), context_window=10_000_000)

LARGE, MEDIUM, SMALL = (4000, 3000), (1900, 1400), (600, 400)
"""In pixels: over 2000 in the high tier, between 1568 and 2000, seen whole by every model."""


class Preparer:
    """Prepares pictures as pretended by their size alone, and remembers which."""

    def __init__(self, weight: float = 0.1) -> None:
        self.weight = weight
        """Bytes a pixel."""
        self.made: list[tuple[str, str]] = []

    def __call__(self, picture: Picture, tier: str) -> PreparedImage:
        for image in picture.prepared_images.all():
            if image.tier == tier:
                return image
        self.made.append((picture.name, tier))
        return self.store(picture, tier)

    def store(self, picture: Picture, tier: str) -> PreparedImage:
        width, height = sent_size(picture.width, picture.height, tier)
        return PreparedImage.objects.create(
            picture=picture,
            tier=tier,
            media_type="image/png",
            width=width,
            height=height,
            bytes=round(width * height * self.weight),
            tokens=visual_tokens(width, height),
        )


@pytest.fixture
def preparer(monkeypatch) -> Preparer:
    """Stand in for the slow preparation."""
    preparer = Preparer()
    monkeypatch.setattr(fitting, "prepared_for", preparer)
    return preparer


@pytest.fixture
def pictures(owner, preparer):
    """Make pictures of these sizes, each prepared for the high tier as at intake."""
    upload = Upload(owner_id=owner.id, sha256="0" * 64, bytes=1, format="PNG")
    upload.file.save("original", ContentFile(b"."), save=True)

    def make(*sizes, new: int = 1) -> list[Candidate]:
        made = []
        for number, (width, height) in enumerate(sizes, start=1):
            picture = Picture.objects.create(
                owner_id=owner.id, upload=upload, name=str(number), width=width, height=height
            )
            preparer.store(picture, "high")
            made.append(Candidate(number, picture, is_new=number > len(sizes) - new))
        return made

    return make


def tiers(result) -> list[str]:
    return [each.image.tier for each in result.sent]


def sides(result) -> list[int]:
    return [max(each.image.width, each.image.height) for each in result.sent]


def numbers(result) -> list[int]:
    return [each.number for each in result.sent]


def weight(result) -> int:
    return sum(4 * -(-each.image.bytes // 3) for each in result.sent)


def bytes_for(monkeypatch, result, less: int = 0) -> None:
    """Make a request hold just what this result takes, or so much less."""
    monkeypatch.setattr(fitting, "MOST_BYTES", weight(result) - less)


def test_a_few_pictures_are_sent_at_their_best_and_nothing_is_made(pictures, preparer):
    result = fit(pictures(LARGE, MEDIUM, SMALL), HIGH, NO_WORDS, {})

    assert tiers(result) == ["high"] * 3
    assert numbers(result) == [1, 2, 3]
    assert result.notices == ()
    assert preparer.made == []


def test_without_pictures_there_is_nothing_to_fit(pictures):
    assert fit([], HIGH, NO_WORDS, {}) == fitting.Fit((), ())


def test_twenty_pictures_are_not_many(pictures, preparer):
    result = fit(pictures(*[LARGE] * 20), HIGH, NO_WORDS, {})

    assert set(tiers(result)) == {"high"}
    assert result.notices == ()
    assert preparer.made == []


def test_past_twenty_each_has_2000_pixels_a_side_at_most(pictures):
    result = fit(pictures(*[LARGE] * 21), HIGH, NO_WORDS, {})

    assert max(sides(result)) <= 2000
    assert set(tiers(result)) == {"many"}
    assert result.notices == (("images.many", 21),)


def test_a_picture_that_is_small_enough_already_is_sent_as_before(pictures, preparer):
    result = fit(pictures(*[MEDIUM] * 10, LARGE, *[SMALL] * 10), HIGH, NO_WORDS, {})

    assert tiers(result) == ["high"] * 10 + ["many"] + ["high"] * 10
    assert preparer.made == [("11", "many")]
    assert result.notices == (("images.many", 1),)


def test_nobody_is_told_of_many_pictures_where_it_changes_nothing(pictures):
    assert fit(pictures(*[MEDIUM] * 25), HIGH, NO_WORDS, {}).notices == ()


def test_a_standard_model_is_sent_its_own_tier_however_many(pictures, preparer):
    result = fit(pictures(*[SMALL] * 20, LARGE), STANDARD, NO_WORDS, {})

    assert max(sides(result)) <= 1568
    assert preparer.made == [("21", "standard")]
    assert result.notices == ()


@pytest.mark.parametrize(("window", "most"), [(200_000, 100), (1_000_000, 600)])
def test_the_oldest_are_left_out_where_the_model_takes_no_more(pictures, window, most, preparer):
    card = replace(HIGH, context_window=window)
    result = fit(pictures(*[(28, 28)] * (most + 30)), card, NO_WORDS, {})

    assert numbers(result) == list(range(31, most + 31))
    assert result.notices == (("images.left_out_count", 30, most),)
    assert preparer.made == []


def test_what_is_left_out_by_its_number_is_not_prepared(pictures, preparer):
    card = replace(STANDARD, context_window=999_999)

    result = fit(pictures(*[LARGE] * 102), card, NO_WORDS, {})

    assert numbers(result)[0] == 6
    assert len(preparer.made) == 97
    assert ("2", "standard") not in preparer.made


def test_past_a_models_number_the_oldest_go_five_at_a_time(pictures):
    candidates = pictures(*[SMALL] * 111, new=0)
    card = replace(HIGH, context_window=200_000)
    first = [numbers(fit(candidates[:count], card, NO_WORDS, {}))[0] for count in range(99, 112)]

    assert first == [1, 1, *[6] * 5, *[11] * 5, 16]


def test_no_more_of_the_newest_question_are_left_out_than_have_to_be(pictures):
    card = replace(HIGH, context_window=200_000)

    result = fit(pictures(*[SMALL] * 102, new=100), card, NO_WORDS, {})
    without_earlier = fit(pictures(*[SMALL] * 102, new=102), card, NO_WORDS, {})

    assert numbers(result)[0] == numbers(without_earlier)[0] == 3
    assert result.notices == (("images.left_out_count", 2, 100),)


def test_over_the_limit_of_bytes_earlier_pictures_are_sent_smaller_five_at_a_time(
    pictures, monkeypatch
):
    candidates = pictures(*[LARGE] * 12, new=2)
    bytes_for(monkeypatch, fit(candidates, HIGH, NO_WORDS, {}), less=1)

    result = fit(candidates, HIGH, NO_WORDS, {})

    assert tiers(result) == ["standard"] * 5 + ["high"] * 7
    assert weight(result) <= fitting.MOST_BYTES
    assert result.notices == (("images.smaller_bytes", 5),)


def test_just_at_the_limit_nothing_is_smaller(pictures, monkeypatch):
    candidates = pictures(*[LARGE] * 3)
    bytes_for(monkeypatch, fit(candidates, HIGH, NO_WORDS, {}))

    assert tiers(fit(candidates, HIGH, NO_WORDS, {})) == ["high"] * 3
    assert tiers(fit(candidates, HIGH, Load(1, 0), {})) == ["standard"] * 2 + ["high"]


def test_the_pictures_of_the_newest_question_give_way_one_by_one(pictures, monkeypatch):
    candidates = pictures(*[LARGE] * 6, new=6)
    bytes_for(monkeypatch, fit(candidates, HIGH, NO_WORDS, {}), less=1)

    assert tiers(fit(candidates, HIGH, NO_WORDS, {})) == ["standard"] + ["high"] * 5


def test_when_smaller_is_not_enough_the_oldest_are_left_out(pictures, monkeypatch):
    candidates = pictures(*[LARGE] * 8, new=2)
    bytes_for(monkeypatch, fit(candidates[2:], STANDARD, NO_WORDS, {}))

    result = fit(candidates, HIGH, NO_WORDS, {})

    assert numbers(result) == [3, 4, 5, 6, 7, 8]
    assert set(tiers(result)) == {"standard"}
    assert result.notices == (("images.left_out_bytes", 2), ("images.smaller_bytes", 6))


def test_the_newest_pictures_stay_although_they_alone_do_not_fit(pictures, monkeypatch):
    candidates = pictures(*[LARGE] * 4, new=3)
    bytes_for(monkeypatch, fit(candidates[3:], STANDARD, NO_WORDS, {}), less=1)

    assert numbers(fit(candidates, HIGH, NO_WORDS, {})) == [4]


def test_what_surely_does_not_fit_is_not_prepared(pictures, preparer, monkeypatch):
    candidates = pictures(*[LARGE] * 30, new=1)
    bytes_for(monkeypatch, fit(candidates[25:], STANDARD, NO_WORDS, {}))
    preparer.made.clear()

    result = fit(candidates, HIGH, NO_WORDS, {})

    assert numbers(result) == [26, 27, 28, 29, 30]
    assert preparer.made == []


def test_what_is_heavier_than_it_seemed_is_weighed_again(pictures, preparer, monkeypatch):
    candidates = pictures(*[LARGE] * 4, new=0)
    bytes_for(monkeypatch, fit(candidates, HIGH, NO_WORDS, {}), less=1)
    preparer.weight = 0.24

    result = fit(candidates, HIGH, NO_WORDS, {})

    assert weight(result) <= fitting.MOST_BYTES
    assert preparer.made == [(str(number), "standard") for number in range(1, 5)]


def test_the_models_window_is_a_limit_too(pictures):
    # Of sixty pictures, 3888 tokens each at 2000 pixels, 25 have to make do with 1564.
    result = fit(pictures(*[LARGE] * 60), SMALL_WINDOW, NO_WORDS, {})

    assert sum(each.image.tokens for each in result.sent) <= 180_000
    assert tiers(result).count("standard") == 25
    assert result.notices == (("images.smaller_window", 25), ("images.many", 35))


def test_words_take_room_in_the_window(pictures):
    candidates = pictures(*[SMALL] * 4)
    tokens = candidates[0].picture.prepared_images.get().tokens

    result = fit(candidates, SMALL_WINDOW, Load(0, 180_000 - 2 * tokens), {})

    assert numbers(result) == [3, 4]
    assert result.notices == (("images.left_out_window", 2),)


def test_a_picture_can_be_held_to_a_tier(pictures):
    result = fit(pictures(LARGE, LARGE), HIGH, NO_WORDS, {2: "many"})

    assert tiers(result) == ["high", "many"]
    assert result.notices == (("images.repaired", 1),)


def test_being_held_to_a_tier_makes_nothing_larger(pictures):
    result = fit(pictures(LARGE), STANDARD, NO_WORDS, {1: "many"})

    assert tiers(result) == ["standard"]
    assert result.notices == ()


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "the picture “1”"), (2, "Image 1 (“1”)")],
)
def test_a_picture_that_cannot_be_prepared_is_named(pictures, monkeypatch, count, said):
    def refuse(picture, tier):
        raise TooComplex

    candidates = pictures(*[LARGE] * count)
    monkeypatch.setattr(fitting, "prepared_for", refuse)

    with pytest.raises(PictureUnprepared) as refused:
        fit(candidates, STANDARD, NO_WORDS, {})

    assert refused.value.picture_id == candidates[0].picture.pk
    assert refused.value.message == (
        f"The server could not prepare {said} for this model. "
        "Take it out of the thread and try again."
    )


@pytest.mark.parametrize("failure", [PictureGone(), Busy()])
def test_what_is_no_fault_of_the_picture_is_told_as_it_is(pictures, monkeypatch, failure):
    def fail(picture, tier):
        raise failure

    candidates = pictures(LARGE)
    monkeypatch.setattr(fitting, "prepared_for", fail)

    with pytest.raises(type(failure)):
        fit(candidates, STANDARD, NO_WORDS, {})


def test_the_same_pictures_are_always_sent_the_same(pictures, preparer, monkeypatch):
    candidates = pictures(*[LARGE, MEDIUM, SMALL] * 9, new=3)
    bytes_for(monkeypatch, fit(candidates[4:], HIGH, NO_WORDS, {}))
    PreparedImage.objects.exclude(tier="high").delete()

    before = fit(candidates, HIGH, NO_WORDS, {})
    made = len(preparer.made)
    after = fit(candidates, HIGH, NO_WORDS, {})

    assert after == before
    assert len(preparer.made) == made


def test_further_pictures_leave_what_was_sent_before_as_it_was(pictures, monkeypatch):
    candidates = pictures(*[LARGE] * 30, new=0)
    bytes_for(monkeypatch, fit(candidates[:20], HIGH, NO_WORDS, {}))
    changes = 0
    before = fit(candidates[:21], HIGH, NO_WORDS, {})
    for count in range(22, 31):
        now = fit(candidates[:count], HIGH, NO_WORDS, {})
        changes += now.sent[: len(before.sent)] != before.sent
        before = now

    assert changes <= 3


def test_the_tiers_are_in_the_order_in_which_pictures_get_smaller():
    assert [TIERS[tier] for tier in ("high", "many", "standard")] == sorted(
        TIERS.values(), reverse=True
    )
