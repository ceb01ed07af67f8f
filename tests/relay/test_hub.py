"""The hub: every watcher gets the whole answer in order, as it is written, whatever others do."""

from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.support.waiting import soon
from tests.support.watching import Watcher, elsewhere, say, with_a_hub, written_without_a_word
from visionapp.relay import hub as hubs
from visionapp.relay.log import ATTEMPT_SPAN, LogWriter
from visionapp.reply import Done, Failed, Started, Stopped, Text

pytestmark = pytest.mark.django_db(transaction=True)

SALES, ROSE, DONE = Text("Sales "), Text("rose."), Done("end_turn")
WHOLE = [Started(1), SALES, ROSE, DONE]
FOR_EVER = 3600.0


def test_a_watcher_gets_what_was_said_then_what_is_said_and_ends_with_the_turn(turn_id, no_poll):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1), SALES)
        watcher = Watcher(hub, turn_id)
        await watcher.has(Started(1), SALES)

        await say(writer, ROSE)
        await watcher.has(Started(1), SALES, ROSE)
        await say(writer, DONE)
        await watcher.ends()

        assert watcher.events == WHOLE
        assert [entry.position - ATTEMPT_SPAN for entry in watcher.entries] == [1, 2, 3, 4]

    with_a_hub(scenario)


@pytest.mark.parametrize("last", [DONE, Stopped(), Failed("claude.busy", "Busy.", retryable=True)])
def test_each_last_event_ends_the_stream(turn_id, no_poll, last):
    async def scenario(hub):
        watcher = Watcher(hub, turn_id)
        await say(LogWriter(turn_id, 1), Started(1), last)
        await watcher.ends()
        assert watcher.events == [Started(1), last]

    with_a_hub(scenario)


def test_a_turn_that_ended_before_is_replayed_and_ends(turn_id, no_poll):
    async def scenario(hub):
        await say(LogWriter(turn_id, 1), *WHOLE)
        watcher = Watcher(hub, turn_id)
        await watcher.ends()
        assert watcher.events == WHOLE

    with_a_hub(scenario)


def test_who_watches_before_the_first_word_gets_all(turn_id, no_poll):
    async def scenario(hub):
        watcher = Watcher(hub, turn_id)
        await soon(lambda: list(Path(settings.WAKE_FOLDER).iterdir()))
        await say(LogWriter(turn_id, 1), *WHOLE)
        await watcher.ends()
        assert watcher.events == WHOLE

    with_a_hub(scenario)


def test_many_watchers_all_get_the_same(turn_id, no_poll):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        watchers = [Watcher(hub, turn_id) for _ in range(50)]
        for event in WHOLE:
            await say(writer, event)
            watchers.append(Watcher(hub, turn_id))
        for watcher in watchers:
            await watcher.ends()
            assert watcher.events == WHOLE

    with_a_hub(scenario)


def test_each_watcher_gets_its_own_turn_only(no_poll):
    ids = [uuid4() for _ in range(10)]

    async def scenario(hub):
        watchers = {turn_id: Watcher(hub, turn_id) for turn_id in ids}
        for turn_id in ids:
            await say(LogWriter(turn_id, 1), Text(str(turn_id)), DONE)
        for turn_id, watcher in watchers.items():
            await watcher.ends()
            assert watcher.events == [Text(str(turn_id)), DONE]

    with_a_hub(scenario)


def test_a_late_watcher_gets_all_and_the_early_one_nothing_twice(turn_id, no_poll):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        early = Watcher(hub, turn_id)
        await say(writer, Started(1), SALES)
        await early.has(Started(1), SALES)
        late = Watcher(hub, turn_id)
        await late.has(Started(1), SALES)

        await say(writer, ROSE, DONE)

        for watcher in (early, late):
            await watcher.ends()
            assert watcher.events == WHOLE

    with_a_hub(scenario)


def test_who_comes_back_gets_the_rest(turn_id, no_poll):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1), SALES)
        watcher = Watcher(hub, turn_id)
        await watcher.has(Started(1), SALES)
        await watcher.leaves()
        await say(writer, ROSE)

        back = Watcher(hub, turn_id, after=watcher.entries[-1].position)
        await say(writer, DONE)

        await back.ends()
        assert back.events == [ROSE, DONE]

    with_a_hub(scenario)


def test_a_new_start_reaches_who_watches_and_voids_the_past_for_who_comes(turn_id, no_poll):
    async def scenario(hub):
        await say(LogWriter(turn_id, 1), Started(1), SALES)
        early = Watcher(hub, turn_id)
        await early.has(Started(1), SALES)

        second = LogWriter(turn_id, 2)
        await say(second, Started(2), ROSE)
        await early.has(Started(1), SALES, Started(2), ROSE)
        late = Watcher(hub, turn_id, after=ATTEMPT_SPAN + 2)
        await say(second, DONE)

        await late.ends()
        assert late.events == [Started(2), ROSE, DONE]

    with_a_hub(scenario)


def test_what_a_stale_worker_says_after_its_successor_reaches_nobody(turn_id, no_poll):
    async def scenario(hub):
        first, second = LogWriter(turn_id, 1), LogWriter(turn_id, 2)
        await say(first, Started(1))
        watcher = Watcher(hub, turn_id)
        await watcher.has(Started(1))
        await say(second, Started(2))
        await watcher.has(Started(1), Started(2))

        await say(first, SALES)
        await say(second, ROSE, DONE)

        await watcher.ends()
        assert watcher.events == [Started(1), Started(2), ROSE, DONE]

    with_a_hub(scenario)


def test_a_lost_wake_up_is_made_up_for_by_the_poll(turn_id, quick_poll):
    async def scenario(hub):
        watcher = Watcher(hub, turn_id)
        await say(LogWriter(turn_id, 1), Started(1))
        await watcher.has(Started(1))

        await elsewhere(partial(written_without_a_word, turn_id, ATTEMPT_SPAN + 2, SALES))

        await watcher.has(Started(1), SALES)
        await watcher.leaves()

    with_a_hub(scenario)


def test_silence_is_told_again_and_again(turn_id, monkeypatch):
    monkeypatch.setattr(hubs, "IDLE_SECONDS", 0.01)

    async def scenario(hub):
        watcher = Watcher(hub, turn_id)
        await soon(lambda: watcher.silences > 3)
        assert watcher.entries == []
        await watcher.leaves()

    with_a_hub(scenario)


def test_a_watcher_that_reads_too_slowly_is_let_go_and_the_others_are_not(
    turn_id, no_poll, monkeypatch
):
    monkeypatch.setattr(hubs, "QUEUE_LENGTH", 4)
    words = [Text(str(number)) for number in range(10)]

    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1))
        fast = Watcher(hub, turn_id)
        slow = hub.follow(turn_id, 0)
        said = [entry.event for entry in await anext(slow)]
        for count, word in enumerate(words, start=1):
            await say(writer, word)
            await fast.has(Started(1), *words[:count])

        said += [entry.event async for batch in slow for entry in batch]
        assert said == [Started(1)]
        back = Watcher(hub, turn_id, after=ATTEMPT_SPAN + 1)
        await say(writer, DONE)
        await fast.ends()
        await back.ends()
        assert back.events == [*words, DONE]

    with_a_hub(scenario)


@pytest.mark.parametrize("after", [10**9, 2**63 - 1, 10**30, -1])
def test_a_bogus_position_harms_nobody(turn_id, no_poll, after):
    async def scenario(hub):
        writer = LogWriter(turn_id, 1)
        await say(writer, Started(1))
        bogus = Watcher(hub, turn_id, after)
        await soon(lambda: hub._feeds)
        honest = Watcher(hub, turn_id)
        await honest.has(Started(1))

        await say(writer, SALES, ROSE, DONE)

        for watcher in (honest, bogus):
            await watcher.ends()
            assert watcher.events[-3:] == [SALES, ROSE, DONE]
        assert honest.events == WHOLE

    with_a_hub(scenario)


def test_of_who_has_left_nothing_is_kept(turn_id, no_poll):
    async def scenario(hub):
        watchers = [Watcher(hub, turn_id) for _ in range(3)]
        await say(LogWriter(turn_id, 1), Started(1))
        for watcher in watchers:
            await watcher.has(Started(1))
            await watcher.leaves()
        assert hub._feeds == {}

    with_a_hub(scenario)
