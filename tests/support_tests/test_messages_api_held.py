"""Answers held by the test, streams side by side, and the fake as a process of its own."""

import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import anthropic
import pytest

from tests.support.messages_api import Answer, Hang, Held, HttpError, MessagesApi
from tests.support.messages_api.building import request

SOON = 5.0


@pytest.fixture
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture
def claude(api):
    with anthropic.Anthropic(api_key="k", base_url=api.url, max_retries=0) as claude:
        yield claude


def texts(stream):
    return (event.text for event in stream if event.type == "text")


def test_words_come_only_when_they_are_released(api, claude):
    held = Held("one two three four")
    api.script(held)
    with claude.messages.stream(**request()) as stream:
        words = texts(stream)
        assert held.wait_until_open(SOON)
        assert api.open_streams == 1
        held.release()
        assert next(words) == "one "
        held.release(2)
        assert [next(words), next(words)] == ["two ", "three "]
        held.finish()
        assert list(words) == ["four"]
        assert stream.get_final_message().stop_reason == "end_turn"
    assert not held.wait_until_closed_by_client(0.01)
    assert api.wait_for_open_streams(0, SOON)


def test_words_may_be_released_before_the_request_comes(api, claude):
    held = Held("one two")
    held.release(2)
    held.finish()
    api.script(held)
    assert claude.messages.create(**request()).content[-1].text == "one two"


def test_all_words_are_said_but_the_answer_stays_open_until_it_is_finished(api, claude):
    held = Held("one two")
    api.script(held)
    held.release(99)
    with claude.messages.stream(**request()) as stream:
        words = texts(stream)
        assert [next(words), next(words)] == ["one ", "two"]
        assert not api.wait_for_open_streams(0, 0.05)
        held.finish()
        assert list(words) == []


def test_a_client_that_leaves_is_noticed(api, claude):
    held = Held("one two three")
    api.script(held)
    with claude.messages.stream(**request()) as stream:
        held.release()
        assert next(texts(stream)) == "one "
        assert not held.wait_until_closed_by_client(0.01)
    assert held.wait_until_closed_by_client(SOON)
    assert api.requests[0].closed_by_client
    assert api.wait_for_open_streams(0, SOON)


def test_waiting_for_what_does_not_happen_says_no(api):
    held = Held("one")
    assert not held.wait_until_open(0.01)
    assert not held.wait_until_closed_by_client(0.01)
    assert not api.wait_for_requests(1, 0.01)


def test_a_client_that_leaves_after_the_end_did_not_break_it_off(api):
    for _ in range(20):
        with anthropic.Anthropic(api_key="k", base_url=api.url) as claude:
            claude.messages.create(**request())
    assert all(one.wait_until_settled(SOON) for one in api.requests)
    assert not any(one.closed_by_client for one in api.requests)


def test_forty_streams_go_side_by_side(api, claude):
    held = [Held(f"number {place}") for place in range(40)]
    api.script(*held)

    def ask(_):
        return claude.messages.create(**request()).content[-1].text

    with ThreadPoolExecutor(40) as pool:
        asked = [pool.submit(ask, place) for place in range(40)]
        assert api.wait_for_open_streams(40, SOON)
        assert api.wait_for_requests(40, SOON)
        for one in held:
            one.finish()
        answers = {one.result(SOON) for one in asked}
    assert answers == {f"number {place}" for place in range(40)}
    assert api.most_open_streams == 40


def test_requests_can_be_waited_for(api, claude):
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(claude.messages.create, **request())
        assert api.wait_for_requests(1, SOON)
        assert api.requests[0].wait_until_settled(SOON)
        assert asked.result(SOON).stop_reason == "end_turn"


def test_stopping_cuts_what_is_open_and_starting_again_keeps_the_address():
    api = MessagesApi().start()
    address = api.url
    api.script(Hang())
    with anthropic.Anthropic(api_key="k", base_url=address, max_retries=0) as claude:
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(claude.messages.create, **request())
            assert api.wait_for_open_streams(1, SOON)
            api.stop()
            with pytest.raises(anthropic.APIConnectionError):
                asked.result(SOON)
        with pytest.raises(anthropic.APIConnectionError):
            claude.messages.create(**request())
        with api.start():
            assert api.url == address
            assert claude.messages.create(**request()).stop_reason == "end_turn"


def test_a_taken_port_is_said_at_once(api):
    taken = int(api.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        MessagesApi(port=taken).start()


def test_what_breaks_in_the_fake_itself_is_not_hidden():
    class Broken:
        async def play(self, exchange):
            raise LookupError("a slip in a behaviour")

    api = MessagesApi(default=Broken()).start()
    with (
        anthropic.Anthropic(api_key="k", base_url=api.url, max_retries=0) as claude,
        pytest.raises(anthropic.APIConnectionError),
    ):
        claude.messages.create(**request())
    with pytest.raises(RuntimeError, match="broke"):
        api.stop()


def test_another_default_answers_everything(claude, api):
    api.default = HttpError(503)
    for _ in range(2):
        with pytest.raises(anthropic.ServiceUnavailableError):
            claude.messages.create(**request())
    api.default = Answer("back")
    assert claude.messages.create(**request()).content[-1].text == "back"


def test_a_client_that_talks_nonsense_is_hung_up_on(api):
    with socket.create_connection(("127.0.0.1", int(api.url.rpartition(":")[2]))) as plug:
        plug.sendall(b"EHLO there\r\n\r\n")
        assert plug.recv(100) == b""
    assert api.all_requests == []


def test_it_runs_as_a_program_of_its_own():
    command = [sys.executable, "-m", "tests.support.messages_api"]
    command += ["--script", "refusal", "--timestamps", "--words", "3", "--words-per-second", "200"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        with anthropic.Anthropic(api_key="k", base_url=url, max_retries=0) as claude:
            reasons = []
            for _ in range(3):
                with claude.messages.stream(**request()) as stream:
                    message = stream.get_final_message()
                    reasons.append(message.stop_reason)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SOON) == 0
    assert reasons == ["refusal", "refusal", "end_turn"]
    assert len([int(word) for word in message.content[-1].text.split()]) == 3
