"""What is done when the API refuses pictures: they are sent smaller, or named to the person."""

from collections.abc import Sequence

from visionapp.catalogue.budget import TIERS, Tier, seen_size
from visionapp.claude.failures import ImageRefused
from visionapp.conversations.fitting import Sent
from visionapp.conversations.pictures import called

SMALLER: tuple[Tier, ...] = ("many", "standard")

MOST_NAMED = 3


def refused_of(refusal: ImageRefused, sent: Sequence[Sent]) -> list[Sent]:
    """Return the pictures that were refused; none if the server does not say which."""
    return [sent[place] for place in refusal.places if place < len(sent)]


def tier_for(most_side: int | None) -> Tier:
    """Return the tier to which pictures are held where so many pixels a side are taken."""
    return next((each for each in SMALLER if TIERS[each][0] <= (most_side or 0)), SMALLER[-1])


def to_shrink(refused: Sequence[Sent], sent: Sequence[Sent], most_side: int | None) -> list[Sent]:
    """Return the pictures that have to be sent smaller; none if that would not help.

    Servers name one refused picture at a time: where they tell what they take, all that are
    larger go with it.
    """
    tier = tier_for(most_side)
    if refused and not any(_shrinks(each, tier) for each in refused):
        return []
    numbers = {each.number for each in refused}
    return [
        each
        for each in sent
        if (each.number in numbers or _is_over(each, most_side)) and _shrinks(each, tier)
    ]


def _is_over(sent: Sent, most_side: int | None) -> bool:
    return most_side is not None and max(sent.image.width, sent.image.height) > most_side


def _shrinks(sent: Sent, tier: Tier) -> bool:
    size = sent.image.width, sent.image.height
    return seen_size(*size, tier) != size


def in_words(refused: Sequence[Sent], *, several: bool) -> str:
    """Return a sentence that names the refused pictures; ``several`` have numbers."""
    if not refused:
        return (
            "Claude refused one of the pictures and does not say which. "
            "Take one out of the thread and try again."
        )
    names = [called(each.number, each.picture, several=several) for each in refused]
    if len(names) > MOST_NAMED:
        names[MOST_NAMED - 1 :] = [f"{len(names) - MOST_NAMED + 1} more pictures"]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    them = "it" if len(names) == 1 else "them"
    return f"Claude refused {listed}. Take {them} out of the thread and try again."
