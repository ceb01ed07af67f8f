"""The page's own stream: changes that lead to the very HTML that a reload would show."""

from tests.support.asgi import Exchange, serving
from tests.support.builders import a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.page import Page, read
from tests.support.worker import answering
from visionapp.analysis.run import run_turn
from visionapp.conversations.models import Turn
from visionapp.errors import Unavailable
from visionapp.markup.pieces import Change, Put, Words
from visionapp.markup.render import render
from visionapp.relay import log
from visionapp.reply import Done, Started, Text
from visionapp.web.streams.frames import Pieces

ANSWER = """# Sales

They **rose** by 4 % in *every* region.

| Region | Sales |
|---|---|
| North | 1,200 |
| South | 950 |

- one
- two

```python
print("<script>")
```

The end.
"""
CHUNKS = [ANSWER[start : start + 7] for start in range(0, len(ANSWER), 7)]


def path_of(turn: Turn) -> str:
    return f"/turns/{turn.pk}/stream/"


def changes(stream: Exchange) -> list[Change]:
    kinds = {"put": Put, "words": Words}
    return [kinds[event.name](**event.data) for event in stream.events if event.name in kinds]


def shown(stream: Exchange) -> tuple:
    return Page().apply(changes(stream)).tree()


def reloaded(text: str) -> tuple:
    return read(render(text)).tree()


def test_the_changes_of_a_settled_turn_lead_to_what_a_reload_shows(local_user):
    turn = answered(a_turn(local_user.pk), ANSWER)

    stream = serving(lambda server: server.fetch(path_of(turn)))

    assert stream.names[0] == "started"
    assert stream.names[-1] == "done"
    assert shown(stream) == reloaded(ANSWER)


def test_the_changes_of_an_answer_being_written_lead_there_too(local_user):
    turn = a_turn(local_user.pk)

    async def talk(server):
        async with server.connect(path_of(turn)) as stream:
            await stream.until(lambda: stream.status)
            with answering(turn, ScriptedClaude(*CHUNKS)):
                await stream.until(lambda: stream.ended)
        return stream

    assert shown(serving(talk)) == reloaded(ANSWER)


def test_who_reconnects_in_the_middle_gets_changes_that_fit_to_what_is_shown(local_user):
    turn = a_turn(local_user.pk)
    half = "".join(CHUNKS[:12])

    async def talk(server):
        async with server.connect(path_of(turn)) as first:
            with answering(turn, ScriptedClaude(half, hold=True)) as claude:
                await first.until(lambda: changes(first))
                first.leave()
                last_id = [event.id for event in first.events if event.id][-1]
                headers = {"last-event-id": last_id}
                async with server.connect(path_of(turn), headers=headers) as second:
                    await second.until(lambda: second.status)
                    claude.let_go.set()
                    await second.until(lambda: second.ended)
        return first, second

    first, second = serving(talk)

    page = Page().apply(changes(first)).apply(changes(second))
    assert page.tree() == reloaded(half)
    assert "started" not in second.names


def test_every_place_to_reconnect_leads_to_the_same_page(local_user):
    turn = a_turn(local_user.pk)
    writer_sees = [ANSWER[start : start + 40] for start in range(0, len(ANSWER), 40)]
    say(turn, writer_sees)
    whole = serving(lambda server: server.fetch(path_of(turn)))

    for position in sorted({int(event.id) for event in whole.events if event.id})[:-1]:
        rest = serving(
            lambda server, after=position: server.fetch(f"{path_of(turn)}?after={after}")
        )
        before = say_until(turn, position)
        assert Page().apply(before).apply(changes(rest)).tree() == reloaded(ANSWER), position


def say(turn: Turn, pieces: list[str]) -> None:
    """Answer a turn so that its log has an entry for each piece."""
    answered(turn, "".join(pieces))
    log.forget([turn.pk])
    writer = log.LogWriter(turn.pk, 1)
    writer.append(Started(1))
    for piece in pieces:
        writer.append(Text(piece))
    writer.append(Done("end_turn"))


def say_until(turn: Turn, position: int) -> list[Change]:
    """Return the changes that a page has seen which was cut off at a position."""
    framing = Pieces(0)
    entries = [entry for entry in log.replay(turn.pk, 0) if entry.position <= position]
    seen = Exchange({}, [])
    seen.body = b"".join(framing.frames([entry]) for entry in entries)
    return changes(seen)


def test_a_new_try_starts_the_page_anew(local_user):
    turn = a_turn(local_user.pk)

    async def talk(server):
        async with server.connect(path_of(turn)) as stream:
            await stream.until(lambda: stream.status)
            with answering(turn, ScriptedClaude("Wrong **words**", hold=True)) as claude:
                await stream.until(lambda: changes(stream))
                claude.stop_reason = "refusal"
                claude.let_go.set()
                await stream.until(lambda: stream.ended)
        return stream

    names = serving(talk).names

    assert names[0] == "started"
    assert names[-2:] == ["started", "done"]


def test_what_a_model_says_is_made_harmless_on_the_way(local_user):
    turn = answered(a_turn(local_user.pk), "<script>alert(1)</script> [x](javascript:alert(1))")

    stream = serving(lambda server: server.fetch(path_of(turn)))

    html = "".join(change.html for change in changes(stream) if isinstance(change, Put))
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<a" not in html


def test_a_failure_is_told_after_the_words_that_came(local_user):
    turn = a_turn(local_user.pk)
    run_turn(turn.pk, claude=ScriptedClaude("Half a", failure=Unavailable()))

    stream = serving(lambda server: server.fetch(path_of(turn)))

    assert stream.names[-1] == "failed"
    assert shown(stream) == reloaded("Half a")


def test_when_the_log_is_forgotten_the_row_is_rendered(local_user):
    turn = answered(a_turn(local_user.pk), ANSWER)
    log.forget([turn.pk])

    assert shown(serving(lambda server: server.fetch(path_of(turn)))) == reloaded(ANSWER)


def test_a_long_answer_is_rendered_without_holding_up_others(local_user):
    long = ANSWER * 40
    turn = answered(a_turn(local_user.pk), long)

    assert shown(serving(lambda server: server.fetch(path_of(turn)))) == reloaded(long)


def test_who_has_seen_all_is_told_not_to_come_back(local_user):
    turn = answered(a_turn(local_user.pk))
    headers = {"last-event-id": str(log.last_position(turn.pk))}

    stream = serving(lambda server: server.fetch(path_of(turn), headers=headers))

    assert stream.status == 204


def test_a_position_that_is_none_is_refused_with_a_page(local_user):
    turn = answered(a_turn(local_user.pk))

    stream = serving(lambda server: server.fetch(f"{path_of(turn)}?after=x"))

    assert stream.status == 422
    assert b"Last-Event-ID must be a whole number" in stream.body
