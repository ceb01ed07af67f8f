"""What the fake answers when nothing goes wrong, as the real SDK sees it."""

import json
import time

import anthropic
import pytest

from tests.support.messages_api import (
    MODELS,
    Answer,
    HttpError,
    MessagesApi,
    Refusal,
    Timestamps,
)
from tests.support.messages_api.building import (
    MODEL,
    assistant,
    image_block,
    picture,
    request,
    text_block,
    user,
)

PHOTO = image_block(picture(1000, 1000))  # 1296 tokens on either tier
OLD = "claude-haiku-4-5"


@pytest.fixture
def api():
    with MessagesApi() as api:
        yield api


@pytest.fixture
def claude(api):
    with anthropic.Anthropic(api_key="sk-test", base_url=api.url, max_retries=0) as claude:
        yield claude


def streamed(claude, **body):
    with claude.messages.stream(**body) as stream:
        words = [event.text for event in stream if event.type == "text"]
        return stream.get_final_message(), words


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def test_the_usual_answer_names_the_pictures_and_streams_the_same(claude, api):
    body = request(user(image_block(), image_block(picture(30, 20)), text_block()))
    whole = claude.messages.create(**body)
    told, words = streamed(claude, **body)
    assert "**2 pictures**" in text_of(whole)
    assert "1. image/png, 64 x 48 pixels\n2. image/png, 30 x 20 pixels" in text_of(whole)
    assert "".join(words) == text_of(told) == text_of(whole)
    assert len(words) > 10
    assert told.stop_reason == whole.stop_reason == "end_turn"
    assert told.usage.output_tokens == whole.usage.output_tokens
    assert whole._request_id == api.requests[0].request_id


def test_requests_are_remembered_as_they_came(claude, api):
    claude.messages.create(**request(user(image_block(), text_block("Why?"))))
    seen = api.requests[0]
    assert seen.key == "sk-test"
    assert seen.headers["anthropic-version"] == "2026-10-21"
    assert seen.model == MODEL
    assert seen.json["max_tokens"] == 1024
    assert seen.question == "Why?"
    assert seen.images[0].data == picture()
    assert seen.at <= time.monotonic()
    assert seen.status == 200
    assert api.refusals == []


def test_the_script_is_followed_once_and_refused_requests_do_not_use_it_up(claude, api):
    api.script(Answer("first"), Answer("second"))
    with pytest.raises(anthropic.BadRequestError):
        claude.messages.create(**request(user(text_block(" "))))
    texts = [text_of(claude.messages.create(**request())) for _ in range(3)]
    assert texts[:2] == ["first", "second"]
    assert texts[2].startswith("**1 picture**")
    assert [one.status for one in api.refusals] == [400]


def test_deltas_are_words_unless_chunks_say_otherwise(claude, api):
    api.script(Answer("One two,  three.\n\nFour"), Answer(chunks=["On", "e t", "wo"]))
    assert streamed(claude, **request())[1] == ["One ", "two,  ", "three.\n\n", "Four"]
    assert streamed(claude, **request())[1] == ["On", "e t", "wo"]


def test_words_are_spaced_evenly(claude, api):
    api.script(Answer("a b c d e f", words_per_second=50))
    moments = []
    with claude.messages.stream(**request()) as stream:
        moments = [time.monotonic() for event in stream if event.type == "text"]
    assert 0.09 < moments[-1] - moments[0] < 0.5


def test_a_plain_answer_takes_as_long_as_its_words(claude, api):
    api.script(Answer("a b c d", words_per_second=40))
    begun = time.monotonic()
    claude.messages.create(**request())
    assert time.monotonic() - begun > 0.09


@pytest.mark.parametrize(
    ("model", "setting", "thinks", "shown"),
    [
        ("claude-opus-5-5", None, True, False),
        ("claude-opus-5-5", {"type": "adaptive", "display": "summarized"}, True, True),
        ("claude-haiku-5-5", {"type": "disabled"}, False, False),
        ("claude-sonnet-5-5", {"type": "between_tools"}, False, False),
        ("claude-opus-4-8", None, False, False),
        ("claude-opus-4-8", {"type": "adaptive"}, True, False),
        ("claude-sonnet-4-6", {"type": "adaptive"}, True, True),
        (OLD, {"type": "enabled", "budget_tokens": 1024}, True, True),
    ],
)
def test_a_model_thinks_as_its_card_says(claude, model, setting, thinks, shown):
    body = request(model=model, max_tokens=3000)
    body |= {"thinking": setting} if setting else {}
    for message in (claude.messages.create(**body), streamed(claude, **body)[0]):
        kinds = [block.type for block in message.content]
        assert kinds == (["thinking", "text"] if thinks else ["text"])
        if thinks:
            assert bool(message.content[0].thinking) is shown
            assert message.content[0].signature
        assert (message.usage.output_tokens_details.thinking_tokens > 0) is thinks


@pytest.mark.parametrize("wanted", [True, False])
def test_an_answer_may_decide_itself_whether_to_think(claude, api, wanted):
    api.script(Answer("x", thinking=wanted))
    message, _ = streamed(claude, **request(model="claude-opus-4-8" if wanted else MODEL))
    assert (message.content[0].type == "thinking") is wanted


def test_max_tokens_cut_the_answer_and_thinking_counts(claude, api):
    api.script(Answer("word " * 100), Answer("word " * 100))
    message, _ = streamed(claude, **request(model=OLD, max_tokens=10))
    assert (message.stop_reason, len(text_of(message))) == ("max_tokens", 40)
    assert message.usage.output_tokens == 10
    thought, _ = streamed(claude, **request(max_tokens=10))
    assert thought.stop_reason == "max_tokens"
    assert [block.type for block in thought.content] == ["thinking"]


def test_max_tokens_of_0_only_warms_the_cache(claude):
    body = request(user(PHOTO, text_block()), cache_control={"type": "ephemeral"})
    cold = claude.messages.create(**body | {"max_tokens": 0})
    assert (cold.content, cold.stop_reason) == ([], "max_tokens")
    assert claude.messages.create(**body).usage.cache_read_input_tokens == 1300


def test_a_stop_sequence_ends_the_answer(claude, api):
    api.script(Answer("one END two"))
    message, _ = streamed(claude, **request(stop_sequences=["END"]))
    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", "END")
    assert text_of(message) == "one "


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded", "new_reason"])
def test_any_stop_reason_can_be_given(claude, api, reason):
    api.script(Answer("x", stop_reason=reason))
    assert streamed(claude, **request())[0].stop_reason == reason


def test_an_empty_answer_has_no_text_block(claude, api):
    api.script(Answer("", thinking=False))
    message, _ = streamed(claude, **request())
    assert (message.content, message.stop_reason) == ([], "end_turn")


def test_single_counts_can_be_overridden(claude, api):
    api.script(Answer("x", usage={"output_tokens": 777, "cache_read_input_tokens": 5}))
    usage = streamed(claude, **request())[0].usage
    assert (usage.output_tokens, usage.cache_read_input_tokens) == (777, 5)
    assert api.requests[0].usage["output_tokens"] == 777


@pytest.mark.parametrize("before", ["", "The picture shows"])
@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_is_a_200_with_its_reason(claude, api, before, stream):
    api.script(Refusal("Not this.", "cyber", before))
    body = request()
    message = streamed(claude, **body)[0] if stream else claude.messages.create(**body)
    assert message.stop_reason == "refusal"
    assert message.stop_details.explanation == "Not this."
    assert message.stop_details.category == "cyber"
    assert text_of(message) == before
    assert (message.usage.output_tokens > 0) is bool(before)


@pytest.mark.parametrize(
    ("status", "kind", "raised"),
    [
        (400, "invalid_request_error", anthropic.BadRequestError),
        (401, "authentication_error", anthropic.AuthenticationError),
        (402, "billing_error", anthropic.PaymentRequiredError),
        (403, "permission_error", anthropic.PermissionDeniedError),
        (404, "not_found_error", anthropic.NotFoundError),
        (413, "request_too_large", anthropic.ContentTooLargeError),
        (429, "rate_limit_error", anthropic.RateLimitError),
        (500, "api_error", anthropic.InternalServerError),
        (503, "api_error", anthropic.ServiceUnavailableError),
        (504, "timeout_error", anthropic.GatewayTimeoutError),
        (529, "overloaded_error", anthropic.OverloadedError),
    ],
)
def test_an_http_error_is_the_one_the_sdk_knows(claude, api, status, kind, raised):
    api.script(HttpError(status))
    with pytest.raises(raised) as caught:
        streamed(claude, **request())
    assert (caught.value.status_code, caught.value.type) == (status, kind)
    assert caught.value.request_id == api.requests[0].request_id
    assert api.refusals == []


def test_an_http_error_carries_what_it_is_given(claude, api):
    api.script(
        HttpError(429, headers={"retry-after": "7"}),
        HttpError(429, error_code="enforced_spend_limit_reached"),
        HttpError(413, html=True),
        HttpError(400, "billing_error", "You have reached your specified API usage limits"),
    )
    caught = []
    for _ in range(4):
        with pytest.raises(anthropic.APIStatusError) as one:
            claude.messages.create(**request())
        caught.append(one.value)
    waiting, spent, large, odd = caught
    assert waiting.response.headers["retry-after"] == "7"
    assert isinstance(spent, anthropic.EnforcedSpendLimitReachedError)
    assert (large.type, large.request_id) == (None, None)
    assert (odd.type, odd.status_code) == ("billing_error", 400)


def test_the_sdks_retries_are_seen(api):
    api.script(HttpError(529, headers={"retry-after-ms": "1"}), Answer("at last"))
    with anthropic.Anthropic(api_key="k", base_url=api.url, max_retries=1) as claude:
        assert text_of(claude.messages.create(**request())) == "at last"
    assert [one.status for one in api.requests] == [529, 200]


def test_a_schema_is_answered_with_json_that_fits(claude):
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "kind": {"enum": ["bar", "line"]},
            "points": {"type": "array", "items": {"$ref": "#/$defs/point"}},
            "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        },
        "required": ["title", "kind", "points", "note"],
        "additionalProperties": False,
        "$defs": {
            "point": {
                "type": "object",
                "properties": {"x": {"type": "integer"}, "y": {"type": ["number", "null"]}},
                "required": ["x", "y"],
                "additionalProperties": False,
            }
        },
    }
    wanted = {"format": {"type": "json_schema", "schema": schema}}
    message, _ = streamed(claude, **request(output_config=wanted))
    assert json.loads(text_of(message)) == {
        "title": "words",
        "kind": "bar",
        "points": [{"x": 1, "y": 1.5}],
        "note": None,
    }


def test_an_alias_is_answered_under_the_full_name(claude):
    assert claude.messages.create(**request(model=OLD)).model == "claude-haiku-4-5-20251001"


def test_a_thread_reads_its_prefix_from_the_cache(claude, api):
    cached = {"cache_control": {"type": "ephemeral"}}
    first = user(PHOTO, text_block("abcd"))
    one = claude.messages.create(**request(first, **cached)).usage
    assert (one.input_tokens, one.cache_creation_input_tokens) == (0, 1297)
    turns = [first, assistant(text_block("efgh")), user(text_block("ijkl"))]
    two = claude.messages.create(**request(*turns, **cached)).usage
    assert (two.cache_read_input_tokens, two.cache_creation_input_tokens) == (1297, 2)
    assert two.cache_creation.ephemeral_5m_input_tokens == 2
    api.cache.forget()
    three = claude.messages.create(**request(*turns, **cached)).usage
    assert three.cache_read_input_tokens == 0


def test_nothing_is_read_back_across_models_settings_keys_or_time(api):
    now = [0.0]
    api.cache.clock = lambda: now[0]
    body = request(user(PHOTO, text_block()), cache_control={"type": "ephemeral"})

    def read(key="sk-1", **more):
        with anthropic.Anthropic(api_key=key, base_url=api.url) as claude:
            return claude.messages.create(**body | more).usage.cache_read_input_tokens

    assert read() == 0
    assert read() == 1300
    assert read(model="claude-opus-5-5") == 0
    assert read(output_config={"effort": "low"}) == 0
    assert read(key="sk-2") == 0
    now[0] = 299.0
    assert read() == 1300
    now[0] = 598.0
    assert read() == 1300
    now[0] = 898.0
    assert read() == 0


def test_below_the_models_minimum_nothing_is_cached(claude):
    body = request(user(PHOTO, text_block()), cache_control={"type": "ephemeral"}, model=OLD)
    for _ in range(2):
        usage = claude.messages.create(**body).usage
        assert (usage.cache_creation_input_tokens, usage.cache_read_input_tokens) == (0, 0)
        assert usage.input_tokens == 1300


def test_an_error_leaves_the_cache_cold(claude, api):
    api.script(HttpError(529))
    body = request(user(PHOTO, text_block()), cache_control={"type": "ephemeral"})
    with pytest.raises(anthropic.OverloadedError):
        claude.messages.create(**body)
    assert claude.messages.create(**body).usage.cache_read_input_tokens == 0


def test_counting_agrees_with_what_is_charged(claude):
    body = request(user(PHOTO, text_block("x" * 41)), system="y" * 10)
    counted = claude.messages.count_tokens(
        model=body["model"], messages=body["messages"], system=body["system"]
    )
    assert counted.input_tokens == 1296 + 11 + 3
    assert claude.messages.create(**body).usage.input_tokens == counted.input_tokens


def test_models_come_newest_first_page_by_page(claude, api):
    models = list(claude.models.list(limit=4))
    assert [one.id for one in models] == [one.id for one in MODELS]
    assert len(api.all_requests) == 4
    assert models == sorted(models, key=lambda one: one.created_at, reverse=True)
    before = claude.models.list(limit=2, before_id=models[3].id)
    assert [one.id for one in before.data] == [models[1].id, models[2].id]
    deprecated = claude.models.list(lifecycle=["deprecated"]).data
    assert [one.id for one in deprecated] == ["claude-sonnet-4-5-20250929"]
    assert api.requests == []


def test_one_model_says_what_it_can_do(claude):
    model = claude.models.retrieve("claude-opus-4-5")
    assert (model.id, model.line) == ("claude-opus-4-5-20251101", "opus")
    assert (model.max_input_tokens, model.max_tokens) == (200_000, 64_000)
    assert model.capabilities.thinking.types.enabled.supported
    assert not model.capabilities.thinking.types.adaptive.supported
    assert not model.capabilities.effort.max.supported
    with pytest.raises(anthropic.NotFoundError):
        claude.models.retrieve("claude-0")


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 1001}, {"after_id": "x"}, {"lifecycle": ["new"]}]
)
def test_a_senseless_page_is_refused(claude, query):
    with pytest.raises(anthropic.BadRequestError):
        claude.models.list(**query)


def test_timestamps_are_the_moments_in_which_words_left(claude, api):
    api.script(Timestamps(words=5, words_per_second=None, clock=time.perf_counter_ns))
    begun = time.perf_counter_ns()
    delays = []
    with claude.messages.stream(**request()) as stream:
        delays = [time.perf_counter_ns() - int(e.text) for e in stream if e.type == "text"]
    assert len(delays) == 5
    assert all(0 < delay < time.perf_counter_ns() - begun for delay in delays)
