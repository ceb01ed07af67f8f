"""What is settled of a thread's pictures: which are sent from then on, and how large at most."""

from collections.abc import Collection, Mapping, Sequence
from typing import cast
from uuid import UUID

from visionapp.catalogue.budget import TIERS, Tier
from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.errors import Missing
from visionapp.uploads.models import Picture

LONGEST_NAME = 60


def take_out(conversation: Conversation, picture_id: UUID) -> None:
    """Send a picture no more with questions in this conversation; raises Missing.

    Counts from the next request on, for every turn that shows it; an answer that is under way
    goes on.
    """
    _mark(conversation, picture_id, taken_out=True)


def put_back(conversation: Conversation, picture_id: UUID) -> None:
    """Send a picture again that was taken out; raises Missing."""
    _mark(conversation, picture_id, taken_out=False)


def _mark(conversation: Conversation, picture_id: UUID, *, taken_out: bool) -> None:
    shown = TurnPicture.objects.filter(turn__conversation=conversation, picture_id=picture_id)
    if not shown.update(taken_out=taken_out):
        raise Missing


def hold(conversation: Conversation, picture_ids: Collection[UUID], tier: Tier) -> None:
    """Send these pictures at no larger a tier from now on, with every question of the thread."""
    smaller_already = [each for each in TIERS if TIERS[each] < TIERS[tier]]
    shown = TurnPicture.objects.filter(turn__conversation=conversation, picture_id__in=picture_ids)
    shown.exclude(held_to__in=smaller_already).update(held_to=tier)


def held(path: Sequence[Turn]) -> Mapping[UUID, Tier]:
    """Return to which tier pictures of a path are held, wherever in it they are shown."""
    tiers: dict[UUID, Tier] = {}
    for shown in (shown for turn in path for shown in turn.pictures.all()):
        if shown.held_to:
            tier = cast("Tier", shown.held_to)
            tiers[shown.picture_id] = smaller(tier, tiers.get(shown.picture_id, tier))
    return tiers


def smaller(tier: Tier, other: Tier) -> Tier:
    """Return the tier of the two in which less is seen."""
    return min(tier, other, key=lambda each: TIERS[each])


def called(number: int, picture: Picture, *, several: bool) -> str:
    """Return what a sentence calls a picture; where there are ``several``, they have numbers."""
    name = picture.name
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    return f"Image {number} (“{name}”)" if several else f"the picture “{name}”"
