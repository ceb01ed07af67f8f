"""Gets a question's pictures ready to be sent, and says what is wrong where that fails."""

import errno
import logging
import time
from threading import Event

from visionapp.catalogue.cards import Card
from visionapp.conversations.models import Turn
from visionapp.conversations.paths import path_to
from visionapp.conversations.transcript import Transcript, transcript_of
from visionapp.errors import StorageFull, Unavailable, VisionError
from visionapp.preparation.refusals import Busy

BUSY_SECONDS = 60.0
"""How long a question waits while the pictures of others are read."""
BETWEEN_TRIES = 1.0

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}

logger = logging.getLogger(__name__)


class PicturesWait(Unavailable):
    """Others' pictures were read for all the time that this question could wait."""

    code = "image.busy"
    message = (
        "The pictures could not be prepared: too many are being read right now. "
        "Try again in a moment."
    )


class DiskFull(StorageFull):
    """No room for the pictures; with more room the same question can be asked."""

    message = (
        "The pictures could not be prepared: the server's disk is full. "
        "Ask whoever runs it to make room, then try again."
    )
    retryable = True


class DiskFails(Unavailable):
    """The files of the pictures cannot be read or written."""

    code = "storage.failed"
    message = (
        "The pictures could not be prepared: the server cannot read or write their files. "
        "Try again; if it stays so, ask whoever runs it to look at its disk."
    )


def ready(turn: Turn, card: Card, over: Event) -> Transcript:
    """Return what a model is told, with all pictures prepared; ``over`` ends the wait for others.

    Raises PicturesWait, DiskFull, DiskFails, and PictureUnprepared or PictureGone for a picture
    that cannot be sent at all.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            # Read anew each time: what an earlier try prepared is there.
            return transcript_of(path_to(turn.conversation, turn.pk), card)
        except Busy:
            if time.monotonic() > deadline or over.wait(BETWEEN_TRIES):
                raise PicturesWait from None
        except OSError as failure:
            logger.exception("Turn %s: its pictures could not be prepared", turn.pk)
            raise _outage(failure) from failure


def _outage(failure: OSError) -> VisionError:
    return DiskFull() if failure.errno in DISK_FULL else DiskFails()
