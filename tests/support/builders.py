"""Makes valid uploads, conversations and turns through the code that makes real ones."""

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from PIL import Image, ImageDraw

from tests.support.claude import ScriptedClaude
from visionapp.analysis.run import run_turn
from visionapp.conversations.asking import Choices, ask, follow_up
from visionapp.conversations.models import Conversation, Turn
from visionapp.uploads import intake
from visionapp.uploads.models import Picture

DEFAULTS = Choices()


def a_png(width: int = 60, height: int = 40, colour: str = "white") -> bytes:
    """Return a small drawing as PNG bytes."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle(
        [width // 4, height // 4, width // 2, height // 2], fill="teal"
    )
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def a_file(name: str = "chart.png", data: bytes | None = None) -> BytesIO:
    """Return an open file with a name, as a test client sends it."""
    file = BytesIO(a_png() if data is None else data)
    file.name = name
    return file


def a_picture(owner_id: int, name: str = "chart.png", data: bytes | None = None) -> Picture:
    """Take a picture in."""
    raw = a_png() if data is None else data
    with TemporaryUploadedFile(name, "application/octet-stream", len(raw), None) as file:
        file.write(raw)
        file.flush()
        file.seek(0)
        return intake.accept(owner_id=owner_id, file=file)


def a_turn(
    owner_id: int,
    question: str = "What does it show?",
    *,
    pictures: Sequence[Picture] | None = None,
    choices: Choices = DEFAULTS,
) -> Turn:
    """Ask a first question; the turn waits."""
    pictures = [a_picture(owner_id)] if pictures is None else pictures
    return ask(
        owner_id=owner_id,
        picture_ids=[picture.pk for picture in pictures],
        instruction=question,
        choices=choices,
    )


def a_follow_up(
    conversation: Conversation,
    question: str = "And then?",
    *,
    parent_id: UUID | None = None,
    choices: Choices = DEFAULTS,
) -> Turn:
    """Ask further; the turn waits."""
    conversation.refresh_from_db()
    return follow_up(
        conversation=conversation, instruction=question, parent_id=parent_id, choices=choices
    )


def answered(turn: Turn, answer: str = "Sales rose.") -> Turn:
    """Answer a waiting turn as a worker does, without a model."""
    run_turn(turn.pk, claude=ScriptedClaude(answer))
    turn.refresh_from_db()
    return turn
