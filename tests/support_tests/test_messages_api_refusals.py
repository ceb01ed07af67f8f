"""The fake refuses what the Messages API refuses, one thing at a time."""

import base64

import httpx2
import pytest

from tests.support.messages_api import NEW_VERSION, OLD_VERSION, MessagesApi
from tests.support.messages_api.building import (
    assistant,
    image_block,
    picture,
    request,
    text_block,
    user,
)

HEADERS = {"authorization": "Bearer sk-test", "anthropic-version": NEW_VERSION}
PDF = base64.b64encode(b"%PDF-1.7 ...").decode()
DOCUMENT = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
}
TOOL = {"name": "crop", "input_schema": {"type": "object", "properties": {}}}
USE = {"type": "tool_use", "id": "toolu_1", "name": "crop", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
FIVE_MINUTES = {"type": "ephemeral"}
ONE_HOUR = {"type": "ephemeral", "ttl": "1h"}
OPUS, HAIKU, OLD_HAIKU = "claude-opus-5-5", "claude-haiku-5-5", "claude-haiku-4-5"
CLOSED = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.fixture(scope="module")
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture(scope="module")
def http():
    with httpx2.Client() as http:
        yield http


@pytest.fixture
def post(api, http):
    def post(body, version=NEW_VERSION, path="/v1/messages", **more):
        headers = {**HEADERS, "anthropic-version": version}
        return http.post(f"{api.url}{path}", json=body, headers=headers, **more)

    return post


def without(body, name):
    return {key: value for key, value in body.items() if key != name}


def schema(**more):
    wanted = {**CLOSED, "additionalProperties": False, **more}
    return {"output_config": {"format": {"type": "json_schema", "schema": wanted}}}


def inner(node):
    return schema(properties={"n": node})


def thinking(kind, **more):
    return {"thinking": {"type": kind, **more}}


def effort(level):
    return {"output_config": {"effort": level}}


SETTINGS = {
    "an unknown key": (request(answer_prefix="x"), "answer_prefix: Extra inputs"),
    "a temperature": (request(temperature=1.0), "temperature"),
    "top_p": (request(top_p=0.9), "top_p"),
    "top_k": (request(top_k=5), "top_k"),
    "no model": (without(request(), "model"), "model: Field required"),
    "no max_tokens": (without(request(), "max_tokens"), "max_tokens: Field required"),
    "no messages": (without(request(), "messages"), "messages: Field required"),
    "max_tokens as text": (request(max_tokens="10"), "max_tokens: Input should be a valid int"),
    "max_tokens as true": (request(max_tokens=True), "max_tokens: Input should be a valid int"),
    "a negative max_tokens": (request(max_tokens=-1), "greater than or equal to 0"),
    "max_tokens of 0 with stream": (request(max_tokens=0, stream=True), "max_tokens: 0"),
    "too large max_tokens": (request(max_tokens=128_001), "128001 > 128000"),
    "too large for the old": (request(model=OLD_HAIKU, max_tokens=64_001), "64001 > 64000"),
    "enabled thinking": (request(**thinking("enabled", budget_tokens=2000)), "not supported"),
    "disabled thinking": (request(model=OPUS, **thinking("disabled")), "not supported"),
    "between_tools": (request(model=HAIKU, **thinking("between_tools")), "not supported"),
    "adaptive on 4.5": (request(model=OLD_HAIKU, **thinking("adaptive")), "not supported"),
    "unknown thinking": (request(**thinking("deep")), "thinking.type"),
    "a stray thinking key": (request(**thinking("adaptive", budget_tokens=1)), "Extra inputs"),
    "an unknown display": (request(**thinking("adaptive", display="full")), "display"),
    "a small budget": (
        request(model=OLD_HAIKU, **thinking("enabled", budget_tokens=1000)),
        "greater than or equal to 1024",
    ),
    "a budget over max_tokens": (
        request(model=OLD_HAIKU, **thinking("enabled", budget_tokens=1024)),
        "must be greater than",
    ),
    "unknown effort": (request(**effort("extreme")), "output_config.effort"),
    "effort on 4.5": (request(model=OLD_HAIKU, **effort("low")), "effort"),
    "xhigh on 4.6": (request(model="claude-sonnet-4-6", **effort("xhigh")), "effort"),
    "max on Opus 4.5": (request(model="claude-opus-4-5", **effort("max")), "effort"),
    "max without thinking": (
        request(model=HAIKU, **thinking("disabled"), **effort("max")),
        "needs thinking",
    ),
    "an unknown output key": (request(output_config={"verbosity": 1}), "Extra inputs"),
    "a forced tool": (request(tools=[TOOL], tool_choice={"type": "any"}), "not supported"),
    "a forced tool by name": (
        request(model=OPUS, tools=[TOOL], tool_choice={"type": "tool", "name": "crop"}),
        "not supported",
    ),
    "a choice without tools": (request(tool_choice={"type": "auto"}), "while providing tools"),
    "a choice of a stranger": (
        request(model=HAIKU, tools=[TOOL], tool_choice={"type": "tool", "name": "zoom"}),
        "not found",
    ),
    "a bad tool name": (request(tools=[{**TOOL, "name": "a b"}]), "pattern"),
    "two tools of one name": (request(tools=[TOOL, TOOL]), "unique"),
    "a server tool": (request(tools=[{**TOOL, "type": "bash_1"}]), "tools.0.type"),
    "an e-mail as user_id": (request(metadata={"user_id": "a@b.org"}), "email"),
    "a blank stop sequence": (request(stop_sequences=["\n"]), "non-whitespace"),
    "a null system": (request(system=None), "system: Input should be"),
    "an unknown service tier": (request(service_tier="fast"), "service_tier"),
    "five breakpoints": (
        request(user(*[text_block(cache_control=FIVE_MINUTES)] * 5)),
        "maximum of 4 blocks",
    ),
    "four and the automatic one": (
        request(user(*[text_block(cache_control=FIVE_MINUTES)] * 4), cache_control=FIVE_MINUTES),
        "maximum of 4 blocks",
    ),
    "an hour after five minutes": (
        request(
            user(text_block(cache_control=FIVE_MINUTES), text_block(cache_control=ONE_HOUR)),
        ),
        "must not come after",
    ),
    "an unknown cache type": (request(cache_control={"type": "forever"}), "cache_control.type"),
    "an unknown lifetime": (
        request(cache_control={"type": "ephemeral", "ttl": "2h"}),
        "cache_control.ttl",
    ),
    "an open object": (request(**schema(additionalProperties=True)), "additionalProperties"),
    "a minimum": (request(**inner({"type": "integer", "minimum": 0})), "'minimum'"),
    "maxItems": (
        request(**inner({"type": "array", "items": {"type": "null"}, "maxItems": 4})),
        "'maxItems'",
    ),
    "two minItems": (
        request(**inner({"type": "array", "items": {"type": "null"}, "minItems": 2})),
        "'minItems'",
    ),
    "a recursive schema": (
        request(
            **schema(
                **{"$defs": {"a": {"$ref": "#/$defs/a"}}}, properties={"n": {"$ref": "#/$defs/a"}}
            )
        ),
        "Recursive",
    ),
    "an external reference": (request(**inner({"$ref": "https://a.b/c"})), "External"),
    "an unknown format": (request(**inner({"type": "string", "format": "colour"})), "format"),
    "a lookahead": (request(**inner({"type": "string", "pattern": "(?=a)"})), "Pattern"),
    "25 optional properties": (
        request(**schema(properties={f"p{n}": {"type": "null"} for n in range(25)}, required=[])),
        "too complex",
    ),
}
MESSAGES = {
    "no messages at all": (request() | {"messages": []}, "at least one message"),
    "the assistant first": (request(assistant(), user()), "first message"),
    "an unknown role": (request({"role": "tool", "content": "x"}), "messages.0.role"),
    "a system turn": (request(user(), {"role": "system", "content": "x"}, user()), "role"),
    "a key beside content": (request({**user(), "id": 3}), "messages.0.id: Extra inputs"),
    "empty content": (request({"role": "user", "content": []}), "messages.0: all messages"),
    "an empty string": (request({"role": "user", "content": ""}), "messages.0: all messages"),
    "an empty answer": (request(user(), assistant() | {"content": []}, user()), "messages.1: all"),
    "an empty text": (request(user(text_block(""))), "must be non-empty"),
    "a blank text": (request(user(text_block(" \n\t"))), "non-whitespace"),
    "a blank string": (request({"role": "user", "content": "  "}), "non-whitespace"),
    "a blank system text": (request(system=[text_block(" ")]), "non-whitespace"),
    "a picture as system": (request(system=[image_block()]), "system.0: Input tag 'image'"),
    "an unknown block": (request(user({"type": "video"})), "Input tag 'video'"),
    "a block without type": (request(user({"text": "x"})), "Input tag None"),
    "a block with an odd type": (request(user({"type": [], "text": "x"})), "Input tag []"),
    "an unknown block key": (request(user(text_block(bold=True))), "text.bold: Extra inputs"),
    "a picture by the assistant": (request(user(), assistant(image_block()), user()), "'image'"),
    "a document by the assistant": (request(user(), assistant(DOCUMENT), user()), "'document'"),
    "citations by the user": (
        request(user(text_block(citations=[{"type": "char_location"}]))),
        "citations",
    ),
    "a document that is no PDF": (
        request(user({**DOCUMENT, "source": {**DOCUMENT["source"], "data": "AAAA"}})),
        "not valid",
    ),
    "a prefill": (request(user(), assistant()), "must end with a user message"),
    "a prefill while thinking": (
        request(
            user(),
            assistant(),
            model=OLD_HAIKU,
            max_tokens=3000,
            **thinking("enabled", budget_tokens=1024),
        ),
        "must end with a user message",
    ),
    "a prefill that ends blank": (
        request(user(), assistant(text_block("It is ")), model=OLD_HAIKU),
        "trailing whitespace",
    ),
    "a prefill of JSON": (
        request(user(), assistant(text_block("{")), model=OLD_HAIKU, **schema()),
        "prefill",
    ),
    "a tool result for nobody": (request(user(RESULT)), "unexpected `tool_use_id`"),
    "a tool use left alone": (
        request(user(), assistant(USE), user(), tools=[TOOL]),
        "without `tool_result`",
    ),
    "thinking of another": (
        request(
            user(), assistant({"type": "thinking", "thinking": "", "signature": "abc"}), user()
        ),
        "Invalid `signature`",
    ),
    "a prompt that is too long": (
        request(user(text_block("word " * 161_000)), model=OLD_HAIKU),
        "prompt is too long: 201250 tokens > 200000 maximum",
    ),
}


@pytest.mark.parametrize(("body", "says"), (SETTINGS | MESSAGES).values(), ids=SETTINGS | MESSAGES)
def test_a_request_is_refused_for(post, api, body, says):
    answer = post(body)
    assert answer.status_code == 400
    error = answer.json()
    assert error.keys() == {"type", "error", "request_id"}
    assert error["type"] == "error"
    assert error["error"]["type"] == "invalid_request_error"
    assert says in error["error"]["message"]
    assert error["request_id"] == answer.headers["request-id"]
    assert api.requests[-1].refused.message == error["error"]["message"]


ACCEPTED = {
    "the simplest": request(user()),
    "all harmless settings": request(
        system=[text_block("Be brief.", cache_control=FIVE_MINUTES)],
        cache_control=FIVE_MINUTES,
        metadata={"user_id": "4f1c"},
        stop_sequences=["END"],
        service_tier="auto",
        **effort("max"),
        **thinking("adaptive", display="summarized"),
    ),
    "an hour before five minutes": request(
        user(text_block(cache_control=ONE_HOUR), text_block(cache_control=FIVE_MINUTES))
    ),
    "neighbours of one role": request(user(), user(), assistant(), user()),
    "a forced tool where allowed": request(
        model=HAIKU, tools=[TOOL], tool_choice={"type": "tool", "name": "crop"}
    ),
    "a tool's result with a picture": request(
        user(), assistant(USE), user({**RESULT, "content": [image_block()]}), tools=[TOOL]
    ),
    "a prefill where it is taken": request(user(), assistant(), model=OLD_HAIKU),
    "an empty prefill": request(user(), assistant() | {"content": ""}, model=OLD_HAIKU),
    "a system turn where it is taken": request(
        user(), {"role": "system", "content": "Hurry."}, user(), model="claude-opus-5"
    ),
    "a document by the user": request(user(DOCUMENT, text_block())),
    "a picture by address": request(
        user(
            {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            text_block(),
        )
    ),
    "a schema with all that is allowed": request(
        **schema(
            **{"$defs": {"point": {"type": "string", "format": "date"}}},
            properties={
                "a": {"anyOf": [{"$ref": "#/$defs/point"}, {"type": "null"}]},
                "b": {"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 1},
            },
        )
    ),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_a_request_passes_with(post, body):
    answer = post(body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["request-id"]


def test_sampling_passes_on_the_old_version_for_old_models(post):
    body = request(model=OLD_HAIKU, temperature=0.2, top_k=3)
    assert post(body, OLD_VERSION).status_code == 200
    assert post(body, NEW_VERSION).status_code == 400
    assert post({**body, "model": OPUS}, OLD_VERSION).status_code == 400
    assert post({**body, "temperature": 1.5}, OLD_VERSION).status_code == 400


def test_a_document_by_the_assistant_passes_on_the_old_version(post):
    assert post(request(user(), assistant(DOCUMENT), user()), OLD_VERSION).status_code == 200


def test_an_unknown_model_is_not_found(post):
    answer = post(request(model="claude-3-opus"))
    assert answer.status_code == 404
    assert answer.json()["error"] == {"type": "not_found_error", "message": "model: claude-3-opus"}


def test_counting_takes_fewer_keys(post):
    path = "/v1/messages/count_tokens"
    body = without(request(), "max_tokens")
    assert post(body, path=path).json() == {"input_tokens": 3 * 2 + 4}
    assert post(request(), path=path).status_code == 400
    assert post({**body, "stream": True}, path=path).status_code == 400


def test_counting_does_not_decode_pictures(post):
    body = without(request(user(image_block(picture(600, 400)[:300]))), "max_tokens")
    assert post(body, path="/v1/messages/count_tokens").status_code == 200
    assert post({**body, "max_tokens": 10}).json()["error"]["message"] == "Could not process image"


def test_thinking_is_taken_back_only_in_its_own_conversation(post):
    first = request(user(text_block("One?")))
    said = post(first).json()["content"]
    assert [block["type"] for block in said] == ["thinking", "text"]
    follow_up = request(*first["messages"], assistant(*said), user(text_block("Two?")))
    assert post(follow_up).status_code == 200
    edited = request(user(text_block("Eins?")), assistant(*said), user(text_block("Two?")))
    answer = post(edited)
    assert answer.status_code == 400
    assert "bound to a different conversation" in answer.json()["error"]["message"]
    assert post({**edited, "model": "claude-opus-5"}).status_code == 200
