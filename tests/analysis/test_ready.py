"""Pictures that cannot be prepared when a question is asked: waited for, or settled at once."""

import errno

import pytest

from tests.support.builders import a_turn
from tests.support.claude import ScriptedClaude
from tests.support.waiting import in_background, until
from visionapp.analysis import ready
from visionapp.analysis.run import run_turn
from visionapp.conversations import life
from visionapp.conversations.models import Turn
from visionapp.preparation.refusals import Busy, TooComplex
from visionapp.uploads import renditions
from visionapp.uploads.models import PreparedImage

# The request is built in the thread that reads the reply.
pytestmark = pytest.mark.django_db(transaction=True)


class Preparing:
    """Fails so many times, or always, and then prepares as usual."""

    def __init__(self, failure: Exception, times: int | None = None) -> None:
        self.failure = failure
        self.times = times
        self.tries = 0
        self.prepare = renditions.preparation.prepare

    def __call__(self, *args):
        self.tries += 1
        if self.times is None or self.tries <= self.times:
            raise self.failure
        return self.prepare(*args)


@pytest.fixture
def preparing(monkeypatch):
    """Let the preparation of pictures fail."""
    monkeypatch.setattr(ready, "BETWEEN_TRIES", 0.001)

    def begin(failure: Exception, times: int | None = None) -> Preparing:
        fake = Preparing(failure, times)
        monkeypatch.setattr(renditions.preparation, "prepare", fake)
        return fake

    return begin


@pytest.fixture
def turn(owner):
    """A question whose picture has to be prepared anew."""
    turn = a_turn(owner.id)
    PreparedImage.objects.all().delete()
    return turn


def run(turn: Turn, claude: ScriptedClaude | None = None) -> Turn:
    run_turn(turn.pk, claude=claude or ScriptedClaude("Yes."))
    return Turn.objects.get(pk=turn.pk)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.ENOSPC, "storage.full", "disk is full"),
        (errno.EDQUOT, "storage.full", "disk is full"),
        (errno.EIO, "storage.failed", "cannot read or write their files"),
    ],
)
def test_a_disk_that_fails_settles_the_turn_at_once(turn, preparing, number, code, words):
    preparing(OSError(number, "A disk's own words"))

    turn = run(turn)

    assert (turn.state, turn.failure_code, turn.attempt) == ("failed", code, 1)
    assert words in turn.failure_message
    assert turn.failure_retryable


def test_with_room_again_the_same_turn_is_answered(turn, preparing):
    preparing(OSError(errno.ENOSPC, "No space left"), times=1)

    turn = run(turn)
    life.try_again(turn)

    assert run(turn).answer == "Yes."


def test_a_question_waits_while_too_many_pictures_are_read(turn, preparing):
    door = preparing(Busy(), times=3)

    turn = run(turn)

    assert (turn.state, turn.answer, turn.attempt) == ("answered", "Yes.", 1)
    assert door.tries == 4


def test_it_does_not_wait_for_ever(turn, preparing, monkeypatch):
    monkeypatch.setattr(ready, "BUSY_SECONDS", 0.05)
    preparing(Busy())

    turn = run(turn)

    assert (turn.state, turn.failure_code) == ("failed", "image.busy")
    assert turn.failure_message == (
        "The pictures could not be prepared: too many are being read right now. "
        "Try again in a moment."
    )
    assert turn.failure_retryable


def test_a_stop_ends_the_wait(turn, preparing, monkeypatch):
    over = []

    def noting(turn, card, event):
        over.append(event)
        return waited_for(turn, card, event)

    waited_for = ready.ready
    monkeypatch.setattr("visionapp.analysis.run.ready", noting)
    door, claude = preparing(Busy()), ScriptedClaude("Yes.")
    work = in_background(lambda: run(turn, claude))
    until(lambda: door.tries > 1)

    life.request_stop(Turn.objects.get())

    assert work.result(timeout=5).state == "stopped"
    assert over[0].is_set()
    assert not claude.requests


def test_a_picture_that_cannot_be_read_is_named_and_can_be_taken_out(turn, preparing):
    preparing(TooComplex())
    picture = turn.pictures.get().picture

    turn = run(turn)

    assert (turn.state, turn.failure_code) == ("failed", "image.unprepared")
    assert "could not prepare the picture “chart.png” for this model" in turn.failure_message
    assert turn.refused_pictures == [str(picture.pk)]
    assert not turn.failure_retryable
