"""What is done when the API refuses pictures: they are sent smaller, or named to the person."""

from collections.abc import Mapping, Sequence

from visionapp.catalogue.budget import TIERS, Tier, seen_size
from visionapp.claude.failures import ImageRefused
from visionapp.conversations.fitting import Sent

SMALLER: tuple[Tier, ...] = ("many", "standard")

MOST_NAMED = 3
LONGEST_NAME = 60


def refused_of(refusal: ImageRefused, sent: Sequence[Sent]) -> list[Sent]:
    """Return the pictures that were refused; none if the server does not say which."""
    return [sent[place] for place in refusal.places if place < len(sent)]


def smaller(refused: Sequence[Sent], most_side: int | None) -> Mapping[int, Tier]:
    """Return to which tier refused pictures are held, by number; nothing if that changes none."""
    tier = next((each for each in SMALLER if TIERS[each][0] <= (most_side or 0)), SMALLER[-1])
    if not any(_shrinks(each, tier) for each in refused):
        return {}
    return {each.number: tier for each in refused}


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
    names = [_name(each, several=several) for each in refused]
    if len(names) > MOST_NAMED:
        names[MOST_NAMED - 1 :] = [f"{len(names) - MOST_NAMED + 1} more pictures"]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    them = "it" if len(names) == 1 else "them"
    return f"Claude refused {listed}. Take {them} out of the thread and try again."


def _name(sent: Sent, *, several: bool) -> str:
    name = sent.picture.name
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    return f"Image {sent.number} (“{name}”)" if several else f"the picture “{name}”"
