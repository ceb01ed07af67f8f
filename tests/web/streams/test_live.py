"""The events of a turn that is being answered, as they are said."""

import asyncio

from tests.support.asgi import serving
from tests.support.builders import a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.waiting import soon
from tests.support.worker import answering
from visionapp.conversations.life import request_stop
from visionapp.conversations.models import Conversation, Turn
from visionapp.conversations.removal import delete_conversation
from visionapp.errors import Unavailable
from visionapp.relay import hub, log
from visionapp.web.streams import endpoint


def path_of(turn: Turn) -> str:
    return f"/api/v1/turns/{turn.pk}/events"


def as_owner(owner) -> dict[str, str]:
    return {"authorization": f"Bearer {owner.token}"}


async def in_thread(deed, *given, **named):
    """Do something with the database away from the event loop."""
    return await asyncio.to_thread(deed, *given, **named)


def test_words_come_while_the_answer_is_being_written(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            assert stream.names == []
            with answering(turn, ScriptedClaude("Sales ", "rose.", hold=True)) as claude:
                await stream.until(lambda: "text" in stream.names)
                assert not stream.ended
                assert "done" not in stream.names
                claude.let_go.set()
                await stream.until(lambda: stream.ended)
        return stream

    stream = serving(talk)

    assert stream.status == 200
    texts = [event.data["text"] for event in stream.events if event.name == "text"]
    assert "".join(texts) == "Sales rose."
    assert stream.names[0] == "started"
    assert stream.names[-1] == "done"
    ids = [int(event.id) for event in stream.events]
    assert ids == sorted(set(ids))


def test_who_comes_in_the_middle_gets_what_was_said_and_what_follows(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        with answering(turn, ScriptedClaude("Sales rose.", hold=True)) as claude:
            async with server.connect(path_of(turn), headers=as_owner(owner)) as early:
                await early.until(lambda: "text" in early.names)
            headers = as_owner(owner) | {"last-event-id": early.events[-1].id}
            async with server.connect(path_of(turn), headers=headers) as late:
                await late.until(lambda: late.status)
                claude.let_go.set()
                await late.until(lambda: late.ended)
        return early, late

    early, late = serving(talk)

    assert early.names == ["started", "text"]
    assert late.names == ["done"]


def test_two_who_watch_get_the_same(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with (
            server.connect(path_of(turn), headers=as_owner(owner)) as one,
            server.connect(path_of(turn), headers=as_owner(owner)) as two,
        ):
            await one.until(lambda: one.status)
            await two.until(lambda: two.status)
            with answering(turn, ScriptedClaude("Sales rose.")):
                await one.until(lambda: one.ended)
                await two.until(lambda: two.ended)
        return one, two

    one, two = serving(talk)

    assert one.events == two.events
    assert one.names == ["started", "text", "done"]


def test_a_failure_ends_the_stream(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            with answering(turn, ScriptedClaude("Half", failure=Unavailable())):
                await stream.until(lambda: stream.ended)
        return stream

    assert serving(talk).names == ["started", "text", "failed"]


def test_a_stop_ends_the_stream(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            with answering(turn, ScriptedClaude("Half", hold=True)):
                await stream.until(lambda: "text" in stream.names)
                await in_thread(request_stop, turn)
                await stream.until(lambda: stream.ended)
        return stream

    assert serving(talk).names == ["started", "text", "stopped"]


def test_stopping_what_nobody_answers_ends_the_stream(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            await in_thread(request_stop, turn)
            await stream.until(lambda: stream.ended)
        return stream

    assert serving(talk).names == ["stopped"]


def test_who_leaves_is_not_waited_for(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            await soon(lambda: turn.pk in server.streams._hub._feeds)
        assert not stream.ended
        return server.streams._hub._feeds

    assert serving(talk) == {}


def test_silence_is_told_by_a_comment(owner, monkeypatch):
    monkeypatch.setattr(hub, "IDLE_SECONDS", 0.05)
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.comments >= 4)
        return stream

    stream = serving(talk)

    assert stream.body.startswith(b"retry: 1000\n: here\n\n")
    assert stream.events == []


def test_the_promised_heartbeat_is_kept():
    assert hub.IDLE_SECONDS <= 15


def test_a_stream_ends_after_a_while_so_that_its_watcher_proves_itself_anew(owner, monkeypatch):
    monkeypatch.setattr(endpoint, "LONGEST_SECONDS", 0.1)
    turn = a_turn(owner.id)

    async def talk(server):
        return await server.fetch(path_of(turn), headers=as_owner(owner))

    stream = serving(talk)

    assert (stream.status, stream.ended, stream.events) == (200, True, [])


def test_a_turn_whose_log_was_lost_is_told_from_its_row_in_a_moment_of_silence(owner, monkeypatch):
    monkeypatch.setattr(hub, "IDLE_SECONDS", 0.05)
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            with monkeypatch.context() as patch:
                patch.setattr(log.LogWriter, "append", lambda *_: None)
                with answering(turn, ScriptedClaude("Sales rose.")):
                    pass
            await stream.until(lambda: stream.ended)
        return stream

    stream = serving(talk)

    assert stream.names == ["started", "text", "done"]
    assert stream.events[1].data == {"text": "Sales rose."}


def test_a_turn_that_is_deleted_ends_its_stream(owner, monkeypatch):
    monkeypatch.setattr(hub, "IDLE_SECONDS", 0.05)
    turn = a_turn(owner.id)
    conversation = Conversation.objects.get()

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            await in_thread(delete_conversation, conversation)
            await stream.until(lambda: stream.ended)
        return stream

    assert serving(talk).events == []


def test_other_requests_are_answered_while_streams_are_open(owner):
    turn = a_turn(owner.id)

    async def talk(server):
        async with server.connect(path_of(turn), headers=as_owner(owner)) as stream:
            await stream.until(lambda: stream.status)
            return await server.fetch(f"/api/v1/turns/{turn.pk}", headers=as_owner(owner))

    assert serving(talk).status == 200


def test_a_settled_turn_needs_no_place_in_the_hub(owner):
    turn = answered(a_turn(owner.id))

    async def talk(server):
        await server.fetch(path_of(turn), headers=as_owner(owner))
        return server.streams._hub._feeds

    assert serving(talk) == {}
