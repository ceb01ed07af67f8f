"""What a model is told: the messages of a path, pictures before words, settled answers only.

A turn without words to replay (failed, refused, stopped before the first word) is left out
together with its question; its pictures move to the next question, so that a follow-up still sees
them. A picture that is not sent leaves a sentence in its place: the others keep their numbers.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from visionapp.catalogue.cards import Card
from visionapp.content import ImagePart, LeftOut, Message, TextPart
from visionapp.conversations.fitting import Candidate, Load, Notice, Sent, fit
from visionapp.conversations.models import Turn, TurnPicture
from visionapp.conversations.pictures import held
from visionapp.uploads.renditions import bytes_of

REFUSAL = "refusal"

CHARACTERS_A_TOKEN = 4
"""Of English, roughly; other languages have fewer."""

TAKEN_OUT = "Image {number} was taken out of the conversation."
LEFT_OUT = "Image {number} is left out: one request cannot hold all pictures of the conversation."


@dataclass(frozen=True, slots=True)
class Transcript:
    """The history that ends in a question, and what is sent of the pictures in it."""

    messages: tuple[Message, ...]
    sent: tuple[Sent, ...]
    """In the order of the messages' images."""
    notices: tuple[Notice, ...]


def has_answer_to_replay(turn: Turn) -> bool:
    """Tell whether a model may be shown this turn as something it said."""
    settled = turn.state in (Turn.State.ANSWERED, Turn.State.STOPPED)
    return settled and turn.stop_reason != REFUSAL and bool(turn.answer.strip())


def transcript_of(path: Sequence[Turn], card: Card) -> Transcript:
    """Return what a model is told so that it answers the question of the path's last turn.

    Reads prepared images, making those that are not there yet. Numbers follow the pictures' order
    in the path and never change as it grows, so that a prefix stays the same. Raises what
    :func:`visionapp.conversations.fitting.fit` does.
    """
    places = list(_places(path))
    candidates = [
        Candidate(place.number, place.shown.picture, is_new=place.shown.turn_id == path[-1].pk)
        for place in places
        if not place.shown.taken_out
    ]
    tiers = held(path)
    at_most = {
        each.number: tiers[each.picture.pk] for each in candidates if each.picture.pk in tiers
    }
    fitted = fit(candidates, card, _load(path), at_most)
    sent = {each.number: each for each in fitted.sent}
    parts = [_part(place, sent.get(place.number)) for place in places]
    return Transcript(_messages(path, iter(parts)), fitted.sent, fitted.notices)


@dataclass(frozen=True, slots=True)
class _Place:
    """A picture in a path; the label is empty for a first one that came alone."""

    number: int
    label: str
    shown: TurnPicture


def _places(path: Sequence[Turn]) -> Iterator[_Place]:
    number = 0
    for turn in path:
        pictures = turn.pictures.all()
        for shown in pictures:
            number += 1
            label = "" if len(pictures) == number == 1 else f"Image {number}:"
            yield _Place(number, label, shown)


def _part(place: _Place, sent: Sent | None) -> ImagePart | LeftOut:
    if sent is None:
        words = TAKEN_OUT if place.shown.taken_out else LEFT_OUT
        return LeftOut(words.format(number=place.number))
    image = sent.image
    return ImagePart(image.media_type, image.width, image.height, bytes_of(image), place.label)


def _is_told(turn: Turn, path: Sequence[Turn]) -> bool:
    return turn is path[-1] or has_answer_to_replay(turn)


def _load(path: Sequence[Turn]) -> Load:
    """Tell what the words take: as JSON, and in tokens as far as they can be guessed."""
    told = [turn for turn in path if _is_told(turn, path)]
    words = [text for turn in told for text in (turn.question, turn.answer)]
    tokens = sum(map(len, words)) // CHARACTERS_A_TOKEN
    return Load(sum(len(json.dumps(text)) for text in words), tokens)


def _messages(path: Sequence[Turn], parts: Iterator[ImagePart | LeftOut]) -> tuple[Message, ...]:
    said: list[Message] = []
    carried: list[ImagePart | LeftOut] = []
    for turn in path:
        carried += [next(parts) for _ in turn.pictures.all()]
        if not _is_told(turn, path):
            continue
        said.append(Message("user", (*carried, TextPart(turn.question))))
        carried = []
        if turn is not path[-1]:
            said.append(Message("assistant", (TextPart(turn.answer),)))
    return tuple(said)
