"""Failures that a person can meet: each with a stable code and a sentence that says what to do."""

from typing import ClassVar


class VisionError(Exception):
    """A failure with a stable ``code``, a sentence for a person, and whether to try again helps.

    Subclasses give the usual code and sentence; an instance may say it more exactly.
    """

    code: ClassVar[str] = "error"
    message: str = "Something failed; try again."
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "") -> None:
        """Take a more exact sentence, or none to keep the class's own."""
        self.message = message or type(self).message
        super().__init__(self.message)


class Invalid(VisionError):
    """What was sent makes no sense; sending it again will not help."""

    code = "request.invalid"
    message = "Something in the request is not right; check it and send it again."


class Missing(VisionError):
    """What was asked for is not there, or is somebody else's."""

    code = "not_found"
    message = "There is nothing at this address, or it is not yours."


class TooLarge(Invalid):
    """More bytes or pixels than are taken."""

    code = "request.too_large"
    message = "The request is too large; send less at once."


class Conflict(VisionError):
    """It cannot be done in the state that things are in."""

    code = "conflict"
    message = "That is not possible right now; reload and look again."


class StorageFull(VisionError):
    """There is no room for what has to be written."""

    code = "storage.full"
    message = "The server's disk is full. Ask whoever runs it to make room."


class Unavailable(VisionError):
    """A part that is needed does not answer right now."""

    code = "unavailable"
    message = "The service is busy; try again in a moment."
    retryable = True
