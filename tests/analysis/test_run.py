"""Answering a turn: every way in which an answer can end is written down, in row and log."""

from decimal import Decimal

import pytest
from django.db import OperationalError

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.claude import USAGE, ScriptedClaude
from tests.support.turns import BUSY, settled
from tests.support.waiting import in_background, until
from visionapp.analysis import run as running
from visionapp.analysis.run import run_turn
from visionapp.claude import failures
from visionapp.content import ImagePart, TextPart
from visionapp.conversations import life
from visionapp.conversations.asking import Choices
from visionapp.conversations.life import Hold
from visionapp.conversations.models import Turn
from visionapp.relay import log
from visionapp.reply import Done, Failed, Started, Stopped, Text
from visionapp.uploads.models import PreparedImage

# The request is built in the thread that reads the reply.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turn(owner) -> Turn:
    """A turn that waits."""
    return a_turn(owner.id)


def run(turn: Turn, claude: ScriptedClaude) -> Turn:
    run_turn(turn.pk, claude=claude)
    return Turn.objects.get(pk=turn.pk)


def events(turn):
    """Return the turn's log, neighbouring words joined."""
    said = []
    for entry in log.read({turn.pk: 0}):
        if isinstance(entry.event, Text) and said and isinstance(said[-1], Text):
            said[-1] = Text(said[-1].text + entry.event.text)
        else:
            said.append(entry.event)
    return said


def test_an_answer_is_in_the_row_and_in_the_log(turn):
    turn = run(turn, ScriptedClaude("Sales ", "rose."))

    assert (turn.state, turn.stop_reason, turn.answer) == ("answered", "end_turn", "Sales rose.")
    assert (turn.usage, turn.request_id, turn.attempt) == (USAGE, "req_scripted", 1)
    assert turn.created_at <= turn.started_at <= turn.first_text_at <= turn.settled_at
    assert events(turn) == [
        Started(1),
        Text("Sales rose."),
        Done("end_turn", USAGE, turn.cost_usd),
    ]


def test_the_price_is_the_models(owner, settings):
    settings.DEMO = False

    turn = answered(a_turn(owner.id, choices=Choices(model="claude-sonnet-5-5")))

    assert turn.cost_usd == (100 * Decimal(2) + 20 * Decimal(10)) / 1_000_000
    assert events(turn)[-1].cost_usd == turn.cost_usd


def test_the_demo_costs_nothing(turn):
    assert run(turn, ScriptedClaude("Hello.")).cost_usd == 0


def test_a_model_without_a_price_has_no_cost(turn):
    Turn.objects.update(model="llava")

    assert run(turn, ScriptedClaude("Hello.")).cost_usd is None


@pytest.mark.parametrize(
    "reason",
    ["max_tokens", "stop_sequence", "pause_turn", "model_context_window_exceeded", "news"],
)
def test_every_stop_reason_is_kept_with_its_words(turn, reason):
    turn = run(turn, ScriptedClaude("Sales ro", stop_reason=reason))

    assert (turn.state, turn.stop_reason, turn.answer) == ("answered", reason, "Sales ro")
    assert events(turn)[-1].stop_reason == reason


def test_an_answer_without_words_is_an_answer(turn):
    turn = run(turn, ScriptedClaude())

    assert (turn.state, turn.answer, turn.first_text_at) == ("answered", "", None)
    assert [type(event) for event in events(turn)] == [Started, Done]


def test_a_refusal_makes_void_what_was_said(turn):
    claude = ScriptedClaude("I should", stop_reason="refusal", explanation="Not this.")

    turn = run(turn, claude)

    assert (turn.state, turn.stop_reason, turn.answer) == ("answered", "refusal", "")
    assert (turn.stop_explanation, turn.usage) == ("Not this.", USAGE)
    assert events(turn) == [
        Started(1),
        Text("I should"),
        Started(1),
        Done("refusal", USAGE, Decimal(0)),
    ]
    assert [entry.event for entry in log.replay(turn.pk, 0)] == events(turn)[2:]


@pytest.mark.parametrize(
    "failure",
    [
        failures.KeyInvalid(),
        failures.RequestTooLarge("Too much. Leave some out."),
        failures.RateLimited(),
        failures.Unreachable(),
    ],
    ids=lambda failure: failure.code,
)
def test_a_failure_is_written_with_its_code_and_sentence(turn, failure):
    turn = run(turn, ScriptedClaude(failure=failure))

    assert (turn.state, turn.answer) == ("failed", "")
    assert (turn.failure_code, turn.failure_message, turn.failure_retryable) == (
        failure.code,
        failure.message,
        failure.retryable,
    )
    assert events(turn) == [Started(1), Failed(failure.code, failure.message, failure.retryable)]


def test_a_failure_half_way_keeps_the_words_and_what_they_cost(turn):
    turn = run(turn, ScriptedClaude("Sales ", "ro", failure=failures.Interrupted()))

    assert (turn.state, turn.answer) == ("failed", "Sales ro")
    assert (turn.usage, turn.cost_usd) == (USAGE, 0)
    assert [type(event) for event in events(turn)] == [Started, Text, Failed]


def test_the_model_is_asked_as_the_person_chose(owner, settings):
    settings.DEMO = False
    choices = Choices(
        model="claude-opus-5-5",
        system=" Be brief. ",
        max_tokens=77,
        effort="low",
        answer_prefix="{",
    )
    turn = a_turn(owner.id, "What?", choices=choices)
    claude = ScriptedClaude("}")

    run(turn, claude)

    (request,) = claude.requests
    assert (request.model.id, request.system, request.max_tokens) == (
        "claude-opus-5-5",
        "Be brief.",
        77,
    )
    assert (request.effort, request.answer_prefix) == ("low", "{")
    (message,) = request.messages
    assert [type(part) for part in message.parts] == [ImagePart, TextPart]


def test_a_follow_up_is_asked_with_what_was_said_before(turn):
    run(turn, ScriptedClaude("Sales rose."))
    claude = ScriptedClaude("By 12%.")

    run(a_follow_up(turn.conversation, "By how much?"), claude)

    said = claude.requests[0].messages
    assert [message.role for message in said] == ["user", "assistant", "user"]
    assert said[1].parts == (TextPart("Sales rose."),)


@pytest.mark.parametrize("end", [Done("end_turn"), Stopped(), BUSY])
def test_a_settled_turn_is_not_asked_again(turn, end):
    before = settled(turn, end)
    claude = ScriptedClaude("Sales fell.")

    after = run(turn, claude)

    assert not claude.requests
    assert (after.state, after.answer, after.attempt) == (before.state, before.answer, 1)
    assert events(turn) == []


def test_a_turn_that_is_gone_is_no_concern(turn):
    Turn.objects.all().delete()
    claude = ScriptedClaude("Sales rose.")

    run_turn(turn.pk, claude=claude)

    assert not claude.requests


def test_a_stop_that_a_dead_worker_was_asked_for_is_kept_without_asking_the_model(turn):
    life.Hold.claim(turn.pk)
    life.request_stop(turn)
    life.release(Turn.objects.all())
    claude = ScriptedClaude("Sales rose.")

    turn = run(turn, claude)

    assert not claude.requests
    assert turn.state == "stopped"
    assert events(turn) == [Started(2), Stopped()]


@pytest.mark.parametrize("missing", ["prepared", "row and original"])
def test_a_picture_whose_file_is_gone_fails_the_turn_with_a_sentence(owner, missing):
    picture = a_picture(owner.id)
    turn = a_turn(owner.id, pictures=[picture])
    file = picture.prepared_images.get().file
    file.storage.delete(file.name)
    if missing == "row and original":
        PreparedImage.objects.all().delete()
        picture.upload.file.storage.delete(picture.upload.file.name)
    claude = ScriptedClaude("Sales rose.")

    turn = run(turn, claude)

    assert not claude.requests
    assert (turn.state, turn.failure_code) == ("failed", "image.missing")
    assert turn.failure_message.endswith("Add it again.")
    assert events(turn)[-1] == Failed("image.missing", turn.failure_message, retryable=False)


def test_a_second_try_begins_anew(turn):
    run(turn, ScriptedClaude("Sal", failure=failures.Interrupted()))
    life.try_again(Turn.objects.get())

    turn = run(turn, ScriptedClaude("Sales rose."))

    assert (turn.state, turn.answer, turn.failure_code) == ("answered", "Sales rose.", "")
    assert events(turn)[:2] == [Started(2), Text("Sales rose.")]


def test_an_error_of_our_own_is_not_hidden(turn):
    with pytest.raises(ZeroDivisionError):
        run(turn, ScriptedClaude("Sal", failure=ZeroDivisionError("a bug")))

    # The sweep tries it again when the lease is over.
    turn.refresh_from_db()
    assert (turn.state, turn.failure_code) == ("answering", "")
    assert turn.lease_until is not None


@pytest.mark.parametrize("call", ["stop_asked", "renew", "save_text", "settle", "hand_back"])
def test_a_database_that_is_away_for_a_moment_costs_no_word(owner, monkeypatch, call):
    monkeypatch.setattr(running, "LISTEN_SECONDS", 0.01)
    monkeypatch.setattr(running, "RENEW_SECONDS", 0.0)
    monkeypatch.setattr(running, "SAVE_SECONDS", 0.0)
    away = Away(getattr(Hold, call))
    monkeypatch.setattr(Hold, call, lambda hold, *given, **named: away(hold, *given, **named))
    if call == "hand_back":
        monkeypatch.setattr(running.shutdown, "grace_is_over", lambda: True)
    turn = a_turn(owner.id)
    claude = ScriptedClaude("Sales ", "rose.", hold=call != "settle")
    answering = in_background(lambda: run_turn(turn.pk, claude=claude))

    until(lambda: away.tries > 1)
    claude.let_go.set()
    answering.result(10)

    turn.refresh_from_db()
    assert len(claude.requests) == 1
    if call == "hand_back":
        assert turn.state == "waiting"
    else:
        assert (turn.state, turn.answer) == ("answered", "Sales rose.")


class Away:
    """A database call that fails once, then works."""

    def __init__(self, call) -> None:
        self.call = call
        self.tries = 0

    def __call__(self, *given, **named):
        self.tries += 1
        if self.tries == 1:
            raise OperationalError("the database is restarting")
        return self.call(*given, **named)
