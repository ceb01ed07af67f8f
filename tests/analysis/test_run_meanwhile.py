"""What happens while an answer arrives: words are saved, people stop it, workers lose it."""

import queue
import threading
import time

import pytest
from django.utils import timezone

from tests.support.builders import a_turn
from tests.support.claude import USAGE, ScriptedClaude
from tests.support.turns import held
from tests.support.waiting import in_background, until
from visionapp.analysis import run, shutdown
from visionapp.analysis.run import run_turn
from visionapp.conversations import life
from visionapp.conversations.models import Turn
from visionapp.conversations.removal import delete_conversation
from visionapp.relay import log
from visionapp.relay.models import LogEntry
from visionapp.reply import Done, Started, Stopped, Text

pytestmark = pytest.mark.django_db(transaction=True)


class Answering:
    """A worker that has said all its words and whose model now holds its breath."""

    def __init__(self, turn: Turn, *pieces: str) -> None:
        self.turn = turn
        self.claude = ScriptedClaude(*pieces, hold=True)
        self.work = in_background(lambda: run_turn(turn.pk, claude=self.claude))

    @property
    def reply(self):
        return self.claude.replies[0]

    def wait(self, condition) -> None:
        """Wait for something to happen while the worker works."""
        until(lambda: self.work.done() or condition())

    def has_said(self, words: str) -> bool:
        """Tell whether all is in the log and the model holds its breath."""
        replies = self.claude.replies
        return bool(replies) and replies[0].said_all.is_set() and self.words() == words

    def words(self) -> str:
        said = [entry.event for entry in log.read({self.turn.pk: 0})]
        return "".join(event.text for event in said if isinstance(event, Text))

    def row(self) -> Turn:
        return Turn.objects.get(pk=self.turn.pk)

    def end(self) -> Turn:
        """Wait until the worker has ended of itself."""
        self.work.result(timeout=5)
        return self.row()

    def let_go(self) -> Turn:
        """Let the model end its answer."""
        self.claude.let_go.set()
        return self.end()


@pytest.fixture
def answering(owner, monkeypatch):
    """Begin an answer; let go of it at the end, whatever the test does."""
    monkeypatch.setattr(run, "SAVE_SECONDS", 0)
    monkeypatch.setattr(run, "RENEW_SECONDS", 0)
    begun = []

    def begin(*pieces: str) -> Answering:
        arriving = Answering(a_turn(owner.id), *pieces)
        begun.append(arriving)
        arriving.wait(lambda: arriving.has_said("".join(pieces)))
        return arriving

    yield begin
    for each in begun:
        each.claude.let_go.set()
        until(each.work.done)


def events(turn):
    return [entry.event for entry in log.read({turn.pk: 0})]


def given_to_another(turn) -> life.Hold:
    life.release(Turn.objects.filter(pk=turn.pk))
    return held(turn)


def test_words_are_in_the_row_while_the_answer_arrives(answering):
    arriving = answering("Sales ", "rose ")

    arriving.wait(lambda: arriving.row().answer == "Sales rose ")

    row = arriving.row()
    assert (row.state, row.answer) == ("answering", "Sales rose ")
    assert row.first_text_at is not None
    assert arriving.let_go().answer == "Sales rose "


def test_words_are_saved_once_each_however_often_the_row_is_written(owner, monkeypatch):
    monkeypatch.setattr(run, "SAVE_SECONDS", 0)
    turn, words = a_turn(owner.id), queue.SimpleQueue()
    claude = ScriptedClaude()
    claude.pieces = iter(words.get, "")
    work = in_background(lambda: run_turn(turn.pk, claude=claude))

    said = ""
    for word in ("Sales ", "rose ", "by 12%."):
        said += word
        words.put(word)
        until(lambda: len(Turn.objects.get().answer) >= len(said))  # noqa: B023 - at once
        assert Turn.objects.get().answer == said
    words.put("")
    work.result(timeout=5)

    assert Turn.objects.get().answer == said


def test_words_that_were_not_saved_yet_are_in_the_row_at_the_end(answering, monkeypatch):
    monkeypatch.setattr(run, "SAVE_SECONDS", 3600)
    arriving = answering("Sales ", "rose.")
    assert arriving.row().answer == ""

    assert arriving.let_go().answer == "Sales rose."


def test_the_lease_is_renewed_while_the_model_says_nothing(answering):
    arriving = answering()
    Turn.objects.update(lease_until=timezone.now())

    until(lambda: not Turn.objects.abandoned(timezone.now()).exists())

    assert arriving.row().state == "answering"


def test_a_stop_hangs_up_and_keeps_words_usage_and_cost(answering):
    arriving = answering("Sales ", "ro")

    life.request_stop(arriving.row())
    turn = arriving.end()

    assert arriving.reply.aborted.is_set()
    assert (turn.state, turn.answer, turn.stop_reason) == ("stopped", "Sales ro", "")
    assert (turn.usage, turn.cost_usd, turn.request_id) == (USAGE, 0, "req_scripted")
    assert events(turn)[-1] == Stopped()


def test_a_stop_before_the_first_word_is_a_stop_too(answering):
    arriving = answering()

    life.request_stop(arriving.row())
    turn = arriving.end()

    assert (turn.state, turn.answer, turn.first_text_at) == ("stopped", "", None)
    assert events(turn) == [Started(1), Stopped()]


def test_a_worker_that_lost_its_turn_hangs_up_and_writes_nothing(answering):
    arriving = answering("Sales ")

    given_to_another(arriving.turn)
    before = Turn.objects.values().get()
    arriving.end()

    assert arriving.reply.aborted.is_set()
    assert Turn.objects.values().get() == before
    assert events(arriving.turn) == [Started(1), Text("Sales ")]


def test_what_a_stale_worker_still_says_stands_below_what_its_successor_says(answering):
    arriving = answering("Sales ")
    successor = log.LogWriter(arriving.turn.pk, given_to_another(arriving.turn).attempt)
    successor.append(Started(2), Text("New words"))

    place = log.ATTEMPT_SPAN + 500
    late = {"turn_id": arriving.turn.pk, "position": place, "name": "text"}
    LogEntry.objects.create(**late, data={"text": "late words"})
    arriving.end()

    told = [entry.event for entry in log.replay(arriving.turn.pk, 0)]
    assert told == [Started(2), Text("New words")]


def test_two_workers_that_are_told_of_a_turn_ask_once(answering):
    arriving = answering("Sales ")
    second = ScriptedClaude("Other words")

    run_turn(arriving.turn.pk, claude=second)

    assert not second.requests
    turn = arriving.let_go()
    assert (turn.answer, turn.attempt) == ("Sales ", 1)
    assert isinstance(events(turn)[-1], Done)


def test_a_conversation_that_is_deleted_meanwhile_ends_the_answer(answering):
    arriving = answering("Sales ")

    delete_conversation(arriving.turn.conversation)
    arriving.work.result(timeout=5)

    assert arriving.reply.aborted.is_set()
    assert not Turn.objects.exists()


def test_a_worker_that_leaves_hands_its_turn_back(answering, monkeypatch):
    arriving = answering("Sales ")

    monkeypatch.setattr(shutdown, "_left_at", [time.monotonic() - shutdown.GRACE_SECONDS - 1])
    turn = arriving.end()

    assert arriving.reply.aborted.is_set()
    assert (turn.state, turn.lease_until) == ("waiting", None)
    assert not any(isinstance(event, Done | Stopped) for event in events(turn))

    monkeypatch.setattr(shutdown, "_left_at", [])
    run_turn(turn.pk, claude=ScriptedClaude("Sales rose."))
    turn.refresh_from_db()
    assert (turn.state, turn.answer, turn.attempt) == ("answered", "Sales rose.", 2)


def test_a_worker_that_leaves_lets_an_answer_end_within_its_grace(answering, monkeypatch):
    arriving = answering("Sales rose.")
    monkeypatch.setattr(shutdown, "_left_at", [time.monotonic()])

    assert arriving.let_go().state == "answered"


def test_a_model_that_goes_silent_fails_the_turn_with_its_words(answering):
    arriving = answering("Sales ")

    arriving.reply.progressed_at -= run.SILENCE_SECONDS + 1
    turn = arriving.end()

    assert arriving.reply.aborted.is_set()
    assert (turn.state, turn.failure_code, turn.answer) == ("failed", "claude.timeout", "Sales ")
    assert turn.failure_retryable


def test_a_model_that_thinks_may_be_silent_for_longer(answering):
    arriving = answering("Sales ")
    looked = threading.Event()

    class Thinking:
        def __bool__(self) -> bool:
            looked.set()
            return True

    arriving.reply.is_thinking = Thinking()
    arriving.reply.progressed_at -= run.SILENCE_SECONDS + 1
    looked.clear()
    until(looked.is_set)
    assert arriving.row().state == "answering"

    arriving.reply.progressed_at -= run.THINKING_SECONDS
    assert arriving.end().failure_code == "claude.timeout"
