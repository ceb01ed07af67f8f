"""Why a question is not taken, or a turn not moved."""

from uuid import UUID

from visionapp.errors import Conflict, Invalid, Missing


class InstructionEmpty(Invalid):
    """Nothing was asked."""

    code = "instruction.empty"
    message = "Say what you want to know about the pictures."


class InstructionTooLong(Invalid):
    """More was asked than a question may hold."""

    code = "instruction.too_long"


class TooManyPictures(Invalid):
    """More pictures than one question may bring."""

    code = "images.too_many"


class ModelUnknown(Invalid):
    """A model that is not on offer."""

    code = "model.unknown"


class PresetUnknown(Invalid):
    """A preset that does not exist."""

    code = "preset.unknown"


class SettingRefused(Invalid):
    """``max_tokens`` or ``effort`` that the chosen model does not take."""

    code = "settings.invalid"


class ParentUnknown(Missing):
    """The turn to ask below is not in this conversation."""

    code = "turn.parent_unknown"
    message = "The turn to ask below is not part of this conversation."


class ParentUnanswered(Conflict):
    """The turn to ask below has no answer to build on."""

    code = "turn.parent_unanswered"
    message = "Wait for the answer, or stop it, before you ask a follow-up."


class NotStoppable(Conflict):
    """The turn has come to its end already."""

    code = "turn.settled"
    message = "This answer has already ended."


class NotRetryable(Conflict):
    """Only a stopped or failed turn can be tried again."""

    code = "turn.not_retryable"
    message = "Only a stopped or failed answer can be tried again."


class PictureUnprepared(Invalid):
    """A picture of the thread that cannot be made into what a model is sent."""

    code = "image.unprepared"

    def __init__(self, picture_id: UUID, called: str) -> None:
        """Take which picture it is, and what a sentence calls it."""
        self.picture_id = picture_id
        super().__init__(
            f"The server could not prepare {called} for this model. "
            "Take it out of the thread and try again."
        )
