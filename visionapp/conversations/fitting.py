"""Decides what each picture of a request is sent as, so that the API takes all of them together.

The rules are Anthropic's (page "Vision", November 2026): past 20 images none may be over 2000
pixels a side, a model takes 100 or 600 images, a request holds 32 MB, and all of it has to fit
the model's window. Where they are not met, the oldest pictures give way: first they are sent
smaller, then they are left out. The same pictures and words always give the same result, so that
what was sent before is sent again, and found in the API's cache.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple
from uuid import UUID

from visionapp.catalogue.budget import TIERS, Tier, seen_size, sent_size, visual_tokens
from visionapp.catalogue.cards import Card
from visionapp.conversations.pictures import called, smaller
from visionapp.conversations.refusals import PictureUnprepared
from visionapp.errors import Invalid
from visionapp.uploads.models import Picture, PreparedImage
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import prepared_for, stored_for

MANY = 20
"""Past so many images in one request, each may have 2000 pixels a side."""

MOST_BYTES = 31_000_000
"""Of words as JSON and pictures in base64; the rest of 32 MB is for what stands around them."""

SHARE_OF_WINDOW = 0.9
"""What words and pictures may fill of it: words are only estimated, and the answer needs room."""

AT_ONCE = 5
"""So many of the earlier pictures give way at a time: each time the cache is lost."""

SENT_AT_MANY = "images.many"
SMALLER_FOR_BYTES = "images.smaller_bytes"
SMALLER_FOR_WINDOW = "images.smaller_window"
LEFT_OUT_FOR_COUNT = "images.left_out_count"
LEFT_OUT_FOR_BYTES = "images.left_out_bytes"
LEFT_OUT_FOR_WINDOW = "images.left_out_window"
REPAIRED = "images.repaired"

Notice = tuple[str | int, ...]
"""A code of those above and its numbers: how many pictures, and what the limit is if it varies."""


class Load(NamedTuple):
    """What something takes of a request."""

    bytes: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that could be sent; ``number`` is its place among all of the thread, from 1."""

    number: int
    picture: Picture
    is_new: bool
    """Whether it came with the question that is asked now."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture and what is sent of it."""

    number: int
    picture: Picture
    image: PreparedImage


@dataclass(frozen=True, slots=True)
class Fit:
    """What is sent, in the order of the thread, and what a person should know of it."""

    sent: tuple[Sent, ...]
    notices: tuple[Notice, ...]


def fit(
    candidates: Sequence[Candidate],
    card: Card,
    words: Load,
    at_most: Mapping[int, Tier],
) -> Fit:
    """Choose a prepared image for each picture that can be sent, making those not there yet.

    ``at_most`` holds pictures, by number, to a tier that the API turned out to want. Raises
    PictureUnprepared, PictureGone and, as the machine may be the reason, Busy and OSError.
    """
    missing = _past_count(candidates, card.max_images)
    plan = _Plan(candidates[missing:], card, at_most)
    window = int(card.context_window * SHARE_OF_WINDOW)
    room = Load(MOST_BYTES - words.bytes, window - words.tokens)
    too_heavy = plan.estimate(plan.stages[0]).bytes > room.bytes
    # Stages that cannot be enough by the pictures' sizes alone are passed over: nothing is
    # prepared for them.
    first = bisect_left(plan.stages, 1, key=lambda stage: _holds(room, plan.estimate(stage)))
    for stage in plan.stages[first:-1]:
        load = _sum(_load(each.image) for each in plan.sent(stage))
        if _holds(room, load):
            break
        too_heavy = too_heavy or load.bytes > room.bytes
    else:
        stage = plan.stages[-1]
    notices = plan.notices(stage, too_heavy=too_heavy)
    if missing:
        notices = [(LEFT_OUT_FOR_COUNT, missing, card.max_images), *notices]
    return Fit(tuple(plan.sent(stage)), tuple(notices))


def _past_count(candidates: Sequence[Candidate], most: int) -> int:
    """Return how many of the oldest are left out where a model takes so many at most.

    Of the earlier ones a few more than have to be, so that the next questions change nothing.
    """
    needed = max(0, len(candidates) - most)
    earlier = sum(not each.is_new for each in candidates)
    return max(needed, min(ceil(needed / AT_ONCE) * AT_ONCE, earlier))


class _Plan:
    """The stages in which pictures give way, from all at their best to the newest one alone.

    At stage n of m pictures, the n oldest are sent smaller. From stage m on all are, and the
    n - m oldest are left out.
    """

    def __init__(
        self, candidates: Sequence[Candidate], card: Card, at_most: Mapping[int, Tier]
    ) -> None:
        count = len(candidates)
        self.candidates = candidates
        self._at_most = at_most
        self._images: dict[tuple[UUID, Tier], PreparedImage] = {}
        self._best: Tier = "many" if card.tier == "high" and count > MANY else card.tier
        self._estimates = {
            tier: [_estimated(each.picture, self._tier(each, tier)) for each in candidates]
            for tier in (self._best, "standard")
        }
        earlier = sum(not each.is_new for each in candidates)
        start = count if self._best == "standard" else 0
        last = max(start, 2 * count - 1)
        self.stages = [*range(start, earlier, AT_ONCE), *range(max(start, earlier), last + 1)]

    def estimate(self, stage: int) -> Load:
        """Tell what the pictures will take, without preparing any."""
        gone, smaller = self._places(stage)
        best, standard = self._estimates[self._best], self._estimates["standard"]
        return _sum([*standard[gone:smaller], *best[smaller:]])

    def sent(self, stage: int) -> list[Sent]:
        """Return what is sent at a stage."""
        return [
            Sent(each.number, each.picture, self._image(each, tier))
            for each, tier in self._tiers(stage)
        ]

    def notices(self, stage: int, *, too_heavy: bool) -> list[Notice]:
        """Tell how many pictures are sent otherwise than alone, and why."""
        gone, _ = self._places(stage)
        tiers = self._tiers(stage)
        below_best = [
            self._at_most.get(each.number) == tier
            for each, tier in tiers
            if _differ(each, tier, self._best)
        ]
        repaired = sum(below_best)
        many = sum(
            tier == self._best == "many" and _differ(each, tier, "high") for each, tier in tiers
        )
        told = {
            LEFT_OUT_FOR_BYTES if too_heavy else LEFT_OUT_FOR_WINDOW: gone,
            SMALLER_FOR_BYTES if too_heavy else SMALLER_FOR_WINDOW: len(below_best) - repaired,
            SENT_AT_MANY: many,
            REPAIRED: repaired,
        }
        return [(code, number) for code, number in told.items() if number]

    def _places(self, stage: int) -> tuple[int, int]:
        """Return from where on pictures are sent, and from where on at their best."""
        return max(0, stage - len(self.candidates)), min(stage, len(self.candidates))

    def _tiers(self, stage: int) -> list[tuple[Candidate, Tier]]:
        gone, smaller = self._places(stage)
        return [
            (each, self._tier(each, "standard" if place < smaller else self._best))
            for place, each in enumerate(self.candidates)
            if place >= gone
        ]

    def _tier(self, candidate: Candidate, tier: Tier) -> Tier:
        return smaller(tier, self._at_most.get(candidate.number, tier))

    def _image(self, candidate: Candidate, tier: Tier) -> PreparedImage:
        key = (candidate.picture.pk, tier)
        if key not in self._images:
            self._images[key] = self._prepared(candidate, tier)
        return self._images[key]

    def _prepared(self, candidate: Candidate, tier: Tier) -> PreparedImage:
        picture = candidate.picture
        try:
            return _same_as_wider(picture, tier) or prepared_for(picture, tier)
        except PictureGone:
            raise
        except Invalid as refusal:
            several = any(each.number > 1 for each in self.candidates)
            words = called(candidate.number, picture, several=several)
            raise PictureUnprepared(picture.pk, words) from refusal


def _same_as_wider(picture: Picture, tier: Tier) -> PreparedImage | None:
    """Return what is there for a wider tier, if this one would get the very same pixels."""
    images = {image.tier: image for image in picture.prepared_images.all()}
    for wider in TIERS:
        if wider == tier:
            return None
        image = images.get(wider)
        if image and seen_size(image.width, image.height, tier) == (image.width, image.height):
            return image
    return None


def _estimated(picture: Picture, tier: Tier) -> Load:
    """Guess from what was prepared at intake; bytes shrink less than pixels, so rather too few."""
    width, height = sent_size(picture.width, picture.height, tier)
    known = stored_for(picture, "high")
    size = known.bytes * width * height / (known.width * known.height) if known else 0
    return Load(_base64(size), visual_tokens(width, height))


def _load(image: PreparedImage) -> Load:
    return Load(_base64(image.bytes), image.tokens)


def _base64(size: float) -> int:
    return 4 * ceil(size / 3)


def _differ(candidate: Candidate, tier: Tier, other: Tier) -> bool:
    width, height = candidate.picture.width, candidate.picture.height
    return sent_size(width, height, tier) != sent_size(width, height, other)


def _sum(loads: Iterable[Load]) -> Load:
    total = list(loads)
    return Load(sum(each.bytes for each in total), sum(each.tokens for each in total))


def _holds(room: Load, load: Load) -> bool:
    return load.bytes <= room.bytes and load.tokens <= room.tokens
