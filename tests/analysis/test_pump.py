"""The pump: words come over from a thread of its own, together with how they end."""

import threading
import time

import pytest

from tests.support.claude import ScriptedClaude
from tests.support.waiting import until
from visionapp.analysis.pump import Heard, Pump
from visionapp.claude.failures import Interrupted


def all_heard(pump: Pump) -> tuple[str, object]:
    """Listen to the end; return the words and what ended them."""
    words = ""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        heard = pump.listen(0.01)
        words += heard.text
        if heard.ended is not None:
            return words, heard.ended
    raise AssertionError("the pump never ended")


def pumping(claude: ScriptedClaude) -> Pump:
    return Pump(lambda: claude.reply(None))


def test_all_words_come_over_in_order_and_then_the_outcome():
    pieces = [f"{number} " for number in range(500)]

    with pumping(ScriptedClaude(*pieces, stop_reason="max_tokens")) as pump:
        words, ended = all_heard(pump)

    assert words == "".join(pieces)
    assert ended.stop_reason == "max_tokens"


def test_a_failure_comes_after_the_words_before_it():
    with pumping(ScriptedClaude("Sales ", failure=Interrupted())) as pump:
        words, ended = all_heard(pump)

    assert words == "Sales "
    assert isinstance(ended, Interrupted)


def test_listening_to_silence_returns_nothing_in_time():
    with pumping(ScriptedClaude(hold=True)) as pump:
        before = time.monotonic()
        assert pump.listen(0.05) == Heard("")
        assert 0.05 <= time.monotonic() - before < 2


def test_all_that_has_come_is_handed_over_at_once():
    claude = ScriptedClaude("Sales ", "rose ", "by 12%.", hold=True)
    with pumping(claude) as pump:
        until(lambda: claude.replies and claude.replies[0].said_all.is_set())

        assert pump.listen(1) == Heard("Sales rose by 12%.")


def test_leaving_early_hangs_up():
    claude = ScriptedClaude("Sales ", hold=True)

    with pumping(claude) as pump:
        until(lambda: pump.reply is not None)

    assert claude.replies[0].aborted.is_set()


def test_leaving_before_the_reply_is_there_hangs_up_as_soon_as_it_is():
    claude = ScriptedClaude(hold=True)
    opening, may_open = threading.Event(), threading.Event()

    def slowly():
        opening.set()
        may_open.wait(timeout=5)
        return claude.reply(None)

    with Pump(slowly):
        assert opening.wait(timeout=5)
    may_open.set()

    until(lambda: claude.replies and claude.replies[0].aborted.is_set())


@pytest.mark.parametrize("pieces", [(), ("Sales ",)])
def test_what_is_no_failure_of_the_model_is_raised_where_it_is_listened_for(pieces):
    with (
        pumping(ScriptedClaude(*pieces, failure=ZeroDivisionError("a bug"))) as pump,
        pytest.raises(ZeroDivisionError),
    ):
        all_heard(pump)


def test_a_reply_that_cannot_be_opened_is_raised_too():
    def broken():
        raise KeyError("a bug")

    with Pump(broken) as pump, pytest.raises(KeyError):
        all_heard(pump)


def test_a_reply_that_is_refused_on_opening_ends_in_that_failure():
    def refused():
        raise Interrupted

    with Pump(refused) as pump:
        assert isinstance(all_heard(pump)[1], Interrupted)
