"""Answers with a conversation as a file."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import PurePath
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from visionapp.catalogue import cards
from visionapp.catalogue.budget import Tier
from visionapp.conversations import offers
from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.conversations.paths import path_to
from visionapp.exports import formats
from visionapp.exports.document import Document, ExportedPicture, ExportedTurn
from visionapp.uploads.models import Picture
from visionapp.uploads.names import file_name
from visionapp.uploads.renditions import opened, prepared_for, stored_for
from visionapp.web.labels import labels
from visionapp.web.pictures import bytes_there, streamed
from visionapp.web.words import ending

IN_MEMORY = 1024 * 1024
"""Bytes of an export that are held in memory; a larger one is written to disk first."""
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg"}


def export_response(
    request: HttpRequest, conversation: Conversation, format_name: str
) -> HttpResponseBase:
    """Answer with the current path as an attachment; raises FormatUnknown and BytesGone."""
    chosen = formats.exporter(format_name)
    with ExitStack() as unfinished, bytes_there():
        file = unfinished.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        chosen.write(document_of(conversation), cast("BinaryIO", file))
        # From here on the response closes the file, once it is sent.
        unfinished.pop_all()
    length = file.tell()
    file.seek(0)
    response = streamed(request, file)
    response["Content-Type"] = chosen.media_type
    response["Content-Length"] = str(length)
    name = formats.file_name(conversation.title, format_name)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def document_of(conversation: Conversation) -> Document:
    """Return the current path as what exporters write."""
    path = path_to(conversation, conversation.current_turn_id)
    names = labels(path)
    offered = offers.offered()
    turns = tuple(_turn(turn, names[turn.pk], cards.known(turn.model, offered)) for turn in path)
    return Document(conversation.title, conversation.created_at, turns)


def _turn(turn: Turn, names: Sequence[str], card: cards.Card) -> ExportedTurn:
    return ExportedTurn(
        question=turn.question,
        answer=turn.answer,
        model_name=card.name,
        state_words=ending(turn),
        usage=turn.usage,
        cost_usd=turn.cost_usd,
        settled_at=turn.settled_at,
        pictures=tuple(
            _picture(shown, label, card.tier)
            for shown, label in zip(turn.pictures.all(), names, strict=True)
        ),
    )


def _picture(shown: TurnPicture, label: str, tier: Tier) -> ExportedPicture:
    """Return a picture as the model was sent it: upright, and without where it was taken."""
    picture = shown.picture
    image = stored_for(picture, tier) or prepared_for(picture, tier)
    return ExportedPicture(
        label=label,
        name=_file_name(picture, EXTENSIONS[image.media_type]),
        width=image.width,
        height=image.height,
        open=cast("Callable[[], BinaryIO]", partial(opened, image.file)),
        taken_out=shown.taken_out,
    )


def _file_name(picture: Picture, extension: str) -> str:
    """Return “report, page 3.png” for the third page of report.pdf."""
    whole = file_name(picture.name)
    which = picture.name[len(whole) :]
    return f"{PurePath(whole).with_suffix('')}{which}{extension}"
