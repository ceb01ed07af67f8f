"""What a model is told: the messages of a path, pictures before words, settled answers only.

A turn without words to replay (failed, refused, stopped before the first word) is left out
together with its question; its pictures move to the next question, so that a follow-up still sees
them.
"""

from collections.abc import Iterable, Sequence

from visionapp.catalogue.budget import Tier
from visionapp.content import ImagePart, Message, TextPart
from visionapp.conversations.models import Turn
from visionapp.uploads.models import Upload
from visionapp.uploads.renditions import bytes_of, prepared_for

REFUSAL = "refusal"


def has_answer_to_replay(turn: Turn) -> bool:
    """Tell whether a model may be shown this turn as something it said."""
    settled = turn.state in (Turn.State.ANSWERED, Turn.State.STOPPED)
    return settled and turn.stop_reason != REFUSAL and bool(turn.answer.strip())


def messages(path: Sequence[Turn], tier: Tier) -> tuple[Message, ...]:
    """Return the history that ends in the question of the path's last turn.

    Reads the prepared images of ``tier``, making those that are not there yet. Labels follow the
    pictures' order in the path and never change as it grows, so that a prefix stays the same.
    """
    said: list[Message] = []
    carried: list[ImagePart] = []
    count = 0
    for turn in path:
        uploads = [picture.upload for picture in turn.pictures.all()]
        carried += _image_parts(uploads, tier, already=count)
        count += len(uploads)
        if turn is not path[-1] and not has_answer_to_replay(turn):
            continue
        said.append(Message("user", (*carried, TextPart(turn.question))))
        carried = []
        if turn is not path[-1]:
            said.append(Message("assistant", (TextPart(turn.answer),)))
    return tuple(said)


def _image_parts(uploads: Sequence[Upload], tier: Tier, *, already: int) -> Iterable[ImagePart]:
    several = already + len(uploads) > 1
    for number, upload in enumerate(uploads, start=already + 1):
        image = prepared_for(upload, tier)
        label = f"Image {number}:" if several else ""
        yield ImagePart(image.media_type, image.width, image.height, bytes_of(image), label)
