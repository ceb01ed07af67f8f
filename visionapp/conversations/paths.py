"""The way from a conversation's first question to one of its turns."""

from uuid import UUID

from django.db.models import Prefetch

from visionapp.conversations.models import Conversation, Turn, TurnPicture, TurnQuerySet


def with_pictures(turns: TurnQuerySet) -> TurnQuerySet:
    """Fetch the turns' pictures along, in two further queries for any number of turns."""
    pictures = TurnPicture.objects.select_related("picture__upload").prefetch_related(
        "picture__prepared_images"
    )
    return turns.prefetch_related(Prefetch("pictures", queryset=pictures))


def path_to(conversation: Conversation, turn_id: UUID | None) -> list[Turn]:
    """Return the turns from the root to this one, with their pictures.

    Nothing for a turn that is none, or not of this conversation.
    """
    parents = dict(Turn.objects.filter(conversation=conversation).values_list("id", "parent_id"))
    wanted: list[UUID] = []
    step = turn_id
    while step is not None and step in parents:
        wanted.append(step)
        step = parents[step]
    turns = {turn.pk: turn for turn in with_pictures(Turn.objects.filter(pk__in=wanted))}
    return [turns[pk] for pk in reversed(wanted)]
