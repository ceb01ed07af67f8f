"""``/conversations``: ask, follow up, list, change, delete, export."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from ninja import Router, Status

from visionapp.analysis.start import start
from visionapp.conversations import asking, pictures, removal
from visionapp.conversations.asking import Choices
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.paths import with_pictures
from visionapp.conversations.refusals import ParentUnknown
from visionapp.exports.formats import EXPORTERS
from visionapp.web import access, listing
from visionapp.web.api import shapes
from visionapp.web.api.description import answers
from visionapp.web.downloads import export_response
from visionapp.web.identity import MemberRequest

router = Router(tags=["conversations"])


@router.post("/conversations", response={201: shapes.WholeConversation})
def ask(request: MemberRequest, body: shapes.NewConversation) -> Status[dict[str, Any]]:
    """Ask a first question about pictures; the answer streams at ``turns/{id}/events``."""
    turn = asking.ask(
        owner_id=request.user.pk,
        picture_ids=body.images,
        instruction=body.instruction,
        choices=_choices(body),
    )
    start(turn)
    return Status(201, _whole(access.conversation_of(request.user.pk, turn.conversation_id)))


@router.get("/conversations", response=shapes.ConversationPage)
def list_conversations(
    request: MemberRequest,
    query: str = "",
    cursor: str = "",
    limit: int = listing.PAGE,
    archived: bool = False,  # noqa: FBT001, FBT002 - in the address it has its name
) -> dict[str, Any]:
    """Return conversations newest first; ``query`` looks in titles, questions and answers.

    Archived ones are listed apart, with ``archived=true``.
    """
    page = listing.page(
        request.user.pk, query=query, cursor=cursor, limit=limit, archived=archived
    )
    return {
        "items": [shapes.conversation(row) for row in page.rows],
        "next_cursor": page.next_cursor or None,
    }


@router.get("/conversations/{uuid:conversation_id}", response=shapes.WholeConversation)
def get_conversation(request: MemberRequest, conversation_id: UUID) -> dict[str, Any]:
    """Return a conversation with all its turns."""
    return _whole(access.conversation_of(request.user.pk, conversation_id))


@router.patch("/conversations/{uuid:conversation_id}", response=shapes.WholeConversation)
def change_conversation(
    request: MemberRequest, conversation_id: UUID, body: shapes.ConversationChange
) -> dict[str, Any]:
    """Rename or archive a conversation, or choose the turn whose path is read."""
    conversation = access.conversation_of(request.user.pk, conversation_id)
    changes = body.model_dump(exclude_none=True)
    if body.current_turn is not None:
        if not conversation.turns.filter(pk=body.current_turn).exists():
            raise ParentUnknown("This turn is not part of the conversation.")
        changes["current_turn_id"] = changes.pop("current_turn")
    if changes:
        Conversation.objects.filter(pk=conversation.pk).update(**changes)
    return _whole(access.conversation_of(request.user.pk, conversation_id))


@router.delete("/conversations/{uuid:conversation_id}", response={204: None})
def delete_conversation(request: MemberRequest, conversation_id: UUID) -> Status[None]:
    """Delete a conversation for good, with the pictures that only it shows."""
    removal.delete_conversation(access.conversation_of(request.user.pk, conversation_id))
    return Status(204, None)


@router.post("/conversations/{uuid:conversation_id}/turns", response={201: shapes.TurnShape})
def ask_further(
    request: MemberRequest, conversation_id: UUID, body: shapes.NewTurn
) -> Status[dict[str, Any]]:
    """Ask a follow-up."""
    turn = asking.follow_up(
        conversation=access.conversation_of(request.user.pk, conversation_id),
        instruction=body.instruction,
        picture_ids=body.images,
        parent_id=body.parent,
        choices=_choices(body),
    )
    start(turn)
    return Status(201, shapes.turn(turn))


@router.delete(
    "/conversations/{uuid:conversation_id}/images/{uuid:image_id}",
    response=shapes.WholeConversation,
)
def take_out(request: MemberRequest, conversation_id: UUID, image_id: UUID) -> dict[str, Any]:
    """Take a picture out of a conversation: it stays, but no model is sent it any more.

    Counts from the next question or retry on.
    """
    conversation = access.conversation_of(request.user.pk, conversation_id)
    pictures.take_out(conversation, image_id)
    return _whole(conversation)


@router.put(
    "/conversations/{uuid:conversation_id}/images/{uuid:image_id}",
    response=shapes.WholeConversation,
)
def put_back(request: MemberRequest, conversation_id: UUID, image_id: UUID) -> dict[str, Any]:
    """Put a picture back into a conversation that was taken out of it."""
    conversation = access.conversation_of(request.user.pk, conversation_id)
    pictures.put_back(conversation, image_id)
    return _whole(conversation)


@router.get(
    "/conversations/{uuid:conversation_id}/export/{format_name}",
    response={200: None},
    openapi_extra=answers(*(exporter.media_type for exporter in EXPORTERS.values())),
)
def export(request: MemberRequest, conversation_id: UUID, format_name: str) -> HttpResponseBase:
    """Return the current path as a file: ``md``, or ``zip`` with the pictures."""
    conversation = access.conversation_of(request.user.pk, conversation_id)
    return export_response(request, conversation, format_name)


def _choices(body: shapes.Asked) -> Choices:
    return Choices(
        model=body.model,
        preset=body.preset,
        system=body.system,
        max_tokens=body.max_tokens,
        effort=body.effort,
        answer_prefix=body.answer_prefix,
    )


def _whole(conversation: Conversation) -> dict[str, Any]:
    turns = with_pictures(Turn.objects.filter(conversation=conversation)).order_by("created_at")
    return shapes.whole_conversation(conversation, list(turns))
