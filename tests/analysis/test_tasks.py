"""Celery's doors: what comes in is an id or noise."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.utils import timezone

from tests.support import queue
from tests.support.builders import a_picture, a_turn
from tests.support.claude import ScriptedClaude
from tests.support.disk import a_stored_file, kept_files, named_files
from tests.support.waiting import all_at_once
from visionapp.analysis import shutdown, source, sweep, tasks
from visionapp.catalogue.cards import Listing
from visionapp.conversations import offers, pulse
from visionapp.conversations.models import ModelListing, Turn, WorkerPulse
from visionapp.uploads.models import Picture


class Lister:
    """A server that tells of its models."""

    is_demo = False

    def __init__(self, *models: str, is_official: bool = True) -> None:
        self.models = models
        self.is_official = is_official

    def list_models(self) -> list[Listing]:
        return [Listing(model) for model in self.models]


@pytest.fixture
def claude(monkeypatch) -> ScriptedClaude:
    """The worker's model."""
    scripted = ScriptedClaude("Sales rose.")
    monkeypatch.setattr(source, "claude", lambda: scripted)
    return scripted


def test_a_message_with_a_turns_id_gets_it_answered(owner, claude):
    turn = a_turn(owner.id)

    tasks.answer_turn(str(turn.pk))

    turn.refresh_from_db()
    assert (turn.state, turn.answer) == ("answered", "Sales rose.")


def test_a_message_that_comes_twice_gets_one_answer(owner, claude):
    turn = a_turn(owner.id)

    tasks.answer_turn(str(turn.pk))
    tasks.answer_turn(str(turn.pk))

    assert len(claude.requests) == 1


@pytest.mark.parametrize("noise", ["", "garbage", "../../etc/passwd", "1"])
def test_a_message_that_names_no_turn_is_ignored(db, claude, caplog, noise):
    tasks.answer_turn(noise)

    assert not claude.requests
    assert "names no turn" in caplog.text


def test_a_message_about_a_turn_that_is_gone_is_ignored(db, claude):
    tasks.answer_turn(str(uuid4()))

    assert not claude.requests


def test_a_worker_that_leaves_takes_no_new_turn(owner, claude, monkeypatch):
    turn = a_turn(owner.id)
    monkeypatch.setattr(shutdown, "_left_at", [time.monotonic() - shutdown.GRACE_SECONDS - 1])

    tasks.answer_turn(str(turn.pk))

    assert Turn.objects.get().state == "waiting"
    assert not claude.requests


def test_a_worker_that_is_told_to_leave_has_some_grace(monkeypatch):
    assert not shutdown.grace_is_over()

    worker_shutting_down.send(sender="worker", sig="TERM", how="Warm", exitcode=0)
    assert not shutdown.grace_is_over()

    monkeypatch.setattr(shutdown, "GRACE_SECONDS", -1.0)
    assert shutdown.grace_is_over()


def test_a_worker_begins_with_a_sweep_and_the_list_of_models(db):
    worker_ready.send(sender=None)

    assert pulse.is_beating()
    assert queue.messages() == [("refresh_models", [])]


def test_the_demo_is_never_kept_as_what_a_server_lists(db, monkeypatch):
    lister = Lister("visionapp-demo")
    lister.is_demo = True
    monkeypatch.setattr(source, "claude", lambda: lister)

    tasks.refresh_models()

    assert not ModelListing.objects.exists()


def test_the_sweep_and_the_forgetting_have_a_door(db):
    tasks.sweep()
    tasks.forget_old_logs()

    assert pulse.is_beating()


def test_the_models_that_the_server_lists_are_kept(db, settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(source, "claude", lambda: Lister("claude-opus-5-5", "claude-fresh-9"))

    tasks.refresh_models()

    assert [card.id for card in offers.offered()] == ["claude-opus-5-5", "claude-fresh-9"]


def test_of_another_servers_models_no_extras_are_assumed(db, settings, monkeypatch):
    settings.DEMO = False
    settings.ANTHROPIC_BASE_URL = "http://localhost:4000"
    lister = Lister("claude-opus-5-5", is_official=False)
    monkeypatch.setattr(source, "claude", lambda: lister)

    tasks.refresh_models()

    assert offers.chosen("").effort_levels == ()


def test_a_server_that_tells_nothing_leaves_the_former_list(db, settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(source, "claude", lambda: Lister("claude-opus-5-5"))
    tasks.refresh_models()
    before = ModelListing.objects.values().get()

    monkeypatch.setattr(source, "claude", Lister)
    tasks.refresh_models()

    assert ModelListing.objects.values().get() == before


def tidied_before(ago: timedelta) -> None:
    """Make the last tidying one of so long ago."""
    WorkerPulse.objects.update_or_create(
        name=sweep.TIDY, defaults={"seen_at": timezone.now() - ago}
    )


def test_the_schedule_sends_the_tidying_to_the_pool_once_an_hour(db):
    tasks.tidy_when_due()
    tasks.tidy_when_due()
    assert queue.messages() == [("tidy", [])]

    tidied_before(timedelta(minutes=59))
    tasks.tidy_when_due()
    assert queue.messages() == [("tidy", [])]

    tidied_before(timedelta(minutes=61))
    tasks.tidy_when_due()
    assert queue.messages() == [("tidy", []), ("tidy", [])]


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_tidies_up():
    tidied_before(timedelta(hours=2))

    assert sorted(all_at_once(*[sweep.tidying_is_due] * 4)) == [False, False, False, True]


def test_the_tidying_is_no_sign_that_turns_are_taken_up(db):
    tasks.tidy_when_due()

    assert not pulse.is_beating()


@pytest.mark.django_db(transaction=True)
def test_tidying_up_deletes_unused_pictures_and_what_crashes_left(owner, caplog):
    before = kept_files()
    unused, fresh = a_picture(owner.id), a_picture(owner.id)
    Picture.objects.filter(pk=unused.pk).update(created_at=timezone.now() - timedelta(days=8))
    a_stored_file(f"{owner.id}/{uuid4()}.original", hours=2)

    tasks.tidy()

    assert Picture.objects.get() == fresh
    assert {name for name in kept_files() - before if "database/" not in name} == named_files()
    assert "Deleted: 1 pictures that no question showed" in caplog.text
    assert "Removed: 1 files without a row" in caplog.text


def test_the_schedule_asks_for_the_tidying_each_minute():
    entry = settings.CELERY_BEAT_SCHEDULE["tidy"]

    assert entry["task"] == tasks.tidy_when_due.name
    assert entry["schedule"] == timedelta(minutes=1)


def test_without_a_key_the_worker_asks_the_demo():
    assert source.claude().is_demo
    assert source.claude() is source.claude()
