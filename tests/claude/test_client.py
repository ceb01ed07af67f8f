"""The door to Claude: which server is asked, and what it tells of its models."""

import json
from datetime import date

import anthropic
import httpx2
import pytest

from tests.support.raw_server import raw_server, read_request
from visionapp.catalogue import cards
from visionapp.catalogue.cards import Listing
from visionapp.claude.client import Claude, ReplyRequest
from visionapp.claude.failures import InvalidRequest
from visionapp.content import Message, TextPart
from visionapp.errors import VisionError


class Upstream:
    """A Messages API that remembers what it was sent."""

    def __init__(self, status=200, body=None, content=None):
        self.requests = []
        self._status, self._body, self._content = status, body, content

    def __call__(self, request):
        self.requests.append(request)
        if self._content is not None:
            return httpx2.Response(self._status, content=self._content)
        return httpx2.Response(self._status, json=self._body)

    def claude(self, base_url="https://api.anthropic.com"):
        transport = httpx2.MockTransport(self)
        return Claude(
            anthropic.Anthropic(
                api_key="k",
                base_url=base_url,
                max_retries=0,
                http_client=httpx2.Client(transport=transport),
            )
        )


def question():
    words = Message("user", (TextPart("Why?"),))
    return ReplyRequest(cards.built_in()[0], (words,), 1000, effort="low")


def ask(claude):
    """Ask a server that does not really answer."""
    with claude.reply(question()) as reply, pytest.raises(VisionError) as caught:
        list(reply)
    return caught.value


def first_request(key, path):
    """Ask a server at this path; return the request it got."""
    requests = []

    def say(connection):
        requests.append(read_request(connection).decode())

    with raw_server(say) as url:
        claude = Claude.from_environment(key, url + path)
        claude.list_models()
        claude.close()
    return requests[0].splitlines()


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1// "])
def test_a_base_url_may_end_in_the_version(path):
    assert first_request("k", path)[0] == "GET /v1/models?limit=1000 HTTP/1.1"


def test_a_base_url_may_have_a_path_of_its_own():
    assert first_request("k", "/claude/v1")[0] == "GET /claude/v1/models?limit=1000 HTTP/1.1"


def test_a_key_loses_the_white_space_that_came_with_it():
    assert "Authorization: Bearer sk-ant-1" in first_request(" sk-\nant-1\n", "")


def test_another_server_without_a_key_gets_a_stand_in():
    assert "Authorization: Bearer none" in first_request("", "")


@pytest.mark.parametrize(
    ("key", "url", "official", "demo"),
    [
        ("k", "", True, False),
        ("k", "https://api.anthropic.com/v1", True, False),
        ("k", "http://127.0.0.1:11434", False, False),
        ("", "http://127.0.0.1:11434", False, False),
        ("", "", False, True),
        ("  ", "\n", False, True),
    ],
)
def test_key_and_address_decide_who_answers(key, url, official, demo):
    claude = Claude.from_environment(key, url)
    assert (claude.is_official, claude.is_demo) == (official, demo)
    claude.close()


def test_the_environment_does_not_send_the_key_elsewhere(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://elsewhere.invalid")
    assert Claude.from_environment("k", "").is_official


def test_anthropics_api_is_sent_effort_and_caching():
    upstream = Upstream(content=b"")
    ask(upstream.claude())
    body = json.loads(upstream.requests[0].content)
    assert body["output_config"] == {"effort": "low"}
    assert body["cache_control"] == {"type": "ephemeral"}
    assert body["stream"] is True


def test_another_server_is_sent_neither():
    upstream = Upstream(content=b"")
    ask(upstream.claude("http://localhost:11434"))
    body = json.loads(upstream.requests[0].content)
    assert set(body) == {"model", "max_tokens", "system", "messages", "stream"}


def test_a_failing_request_is_sent_once():
    upstream = Upstream(529, {"type": "error", "error": {"type": "overloaded_error"}})
    assert ask(upstream.claude()).code == "claude.busy"
    assert len(upstream.requests) == 1


def test_a_question_that_asks_nothing_is_not_sent():
    upstream = Upstream()
    with pytest.raises(InvalidRequest):
        upstream.claude().reply(ReplyRequest(cards.built_in()[0], (), 1000))
    assert upstream.requests == []


def test_models_are_listed_with_what_is_told_of_them():
    yes, no = {"supported": True}, {"supported": False}
    effort = {"supported": True, "low": yes, "medium": yes, "high": yes, "max": no, "xhigh": None}
    entry = {
        "id": "claude-next",
        "display_name": "Claude Next",
        "lifecycle": "deprecated",
        "retires_at": "2027-03-01T00:00:00Z",
        "max_input_tokens": 1_000_000,
        "max_tokens": 64_000,
        "capabilities": {"effort": effort, "image_input": yes, "structured_outputs": no},
    }
    assert Upstream(body={"data": [entry]}).claude().list_models() == [
        Listing(
            id="claude-next",
            display_name="Claude Next",
            max_input_tokens=1_000_000,
            max_tokens=64_000,
            lifecycle="deprecated",
            retires_at=date(2027, 3, 1),
            effort_levels=("low", "medium", "high"),
            image_input=True,
            structured_output=False,
        )
    ]


def test_a_model_without_effort_has_no_levels():
    capabilities = {"effort": {"supported": False, "low": {"supported": False}}}
    entry = {"id": "m", "capabilities": capabilities}
    (listing,) = Upstream(body={"data": [entry]}).claude().list_models()
    assert listing.effort_levels == ()


def test_a_list_of_openais_shape_is_understood():
    body = {"object": "list", "data": [{"id": "llava", "object": "model", "created": 1}]}
    assert Upstream(body=body).claude().list_models() == [Listing("llava")]


@pytest.mark.parametrize(
    "entry",
    [None, "m", {}, {"id": 5}, {"id": ""}],
    ids=["null", "text", "empty", "number", "blank"],
)
def test_an_entry_without_an_id_is_passed_over(entry):
    assert Upstream(body={"data": [entry, {"id": "m"}]}).claude().list_models() == [Listing("m")]


def test_fields_of_another_kind_count_as_missing():
    entry = {
        "id": "m",
        "display_name": 5,
        "lifecycle": "sunset",
        "retires_at": "soon",
        "max_tokens": "many",
        "max_input_tokens": 0,
        "capabilities": [],
    }
    assert Upstream(body={"data": [entry]}).claude().list_models() == [Listing("m")]


@pytest.mark.parametrize(
    "upstream",
    [
        Upstream(404, {"error": "no such page"}),
        Upstream(401, {}),
        Upstream(500, {}),
        Upstream(content=b"<html>"),
        Upstream(content=b"\xff\xfe"),
        Upstream(content=b""),
        Upstream(body=[]),
        Upstream(body={"data": {"id": "m"}}),
    ],
    ids=["404", "401", "500", "page", "bytes", "nothing", "list", "object"],
)
def test_without_an_answer_no_model_is_listed(upstream):
    assert upstream.claude().list_models() == []


def test_a_server_that_is_not_there_lists_no_model():
    with raw_server(lambda connection: None) as url:
        pass
    assert Claude.from_environment("k", url).list_models() == []
