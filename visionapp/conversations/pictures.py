"""Takes pictures out of a thread, and puts them back: what models are sent from then on."""

from uuid import UUID

from visionapp.conversations.models import Conversation, TurnPicture
from visionapp.errors import Missing


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
