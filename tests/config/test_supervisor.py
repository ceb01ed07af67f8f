"""The parent of web and worker: a signal half-way through a start loses no child."""

import os
import signal
import sys

import pytest

from visionapp.config import supervisor
from visionapp.config.supervisor import Child, Stop


@pytest.fixture
def signals():
    """Give pytest its own handlers back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends[0]
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_interrupts_nothing(signals, number):
    stop = Stop()

    os.kill(os.getpid(), number)

    assert stop.asked


def test_who_is_asked_to_stop_ends_with_success_and_ends_the_children(signals, pipe, monkeypatch):
    stop = Stop()
    sleeper = Child("worker", [sys.executable, "-c", "input()"], (pipe, pipe))
    monkeypatch.setattr(supervisor.time, "sleep", lambda _: os.kill(os.getpid(), signal.SIGINT))

    assert supervisor._watch([sleeper], stop) == 0
    supervisor._end([sleeper])

    assert sleeper.died()


def test_a_process_that_cannot_live_is_given_up_with_a_sentence(signals, pipe, capsys):
    broken = Child("web", [sys.executable, "-S", "-c", "raise SystemExit(1)"], (pipe, pipe))

    assert supervisor._watch([broken], Stop()) == 1

    said = capsys.readouterr().err
    assert said.count("The web process has died; starting it again.") == 4
    assert said.endswith("The web process dies again and again; stopping. See above.\n")
