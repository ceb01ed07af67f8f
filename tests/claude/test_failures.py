"""Failures: what a server says, and what a person is told."""

import json

import anthropic
import httpx2
import pytest

from visionapp.claude import failures
from visionapp.claude.failures import failure_of

REQUEST = httpx2.Request("POST", "http://x/v1/messages", headers={"authorization": "Bearer k"})


def refused(
    status, kind=None, message="", *, headers=None, error_code=None, text=None, key="k", **details
):
    details["error_code"] = error_code
    error = {"type": kind, "message": message, "details": details}
    content = text if text is not None else json.dumps({"type": "error", "error": error})

    def answer(request):
        return httpx2.Response(status, headers=headers, text=content)

    sdk = anthropic.Anthropic(
        api_key=key,
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.MockTransport(answer)),
    )
    with pytest.raises(anthropic.APIStatusError) as caught:
        sdk.messages.create(
            model="claude-x",
            max_tokens=9,
            messages=[{"role": "user", "content": "?"}],
            stream=True,
        )
    return failure_of(caught.value, model_id="claude-x")


@pytest.mark.parametrize(
    ("status", "kind", "code", "retryable"),
    [
        (400, "invalid_request_error", "claude.invalid_request", False),
        (401, "authentication_error", "claude.key_invalid", False),
        (402, "billing_error", "claude.billing", False),
        (403, "permission_error", "claude.permission", False),
        (404, "not_found_error", "claude.model_unknown", False),
        (408, None, "claude.timeout", True),
        (409, "conflict_error", "claude.unavailable", True),
        (413, "request_too_large", "claude.too_large", False),
        (422, None, "claude.invalid_request", False),
        (429, "rate_limit_error", "claude.rate_limited", True),
        (500, "api_error", "claude.unavailable", True),
        (502, None, "claude.unavailable", True),
        (503, None, "claude.unavailable", True),
        (504, "timeout_error", "claude.timeout", True),
        (529, "overloaded_error", "claude.busy", True),
        (500, "overloaded_error", "claude.busy", True),
        (418, None, "claude.invalid_request", False),
    ],
)
def test_a_status_has_one_meaning(status, kind, code, retryable):
    failure = refused(status, kind)
    assert (failure.code, failure.retryable) == (code, retryable)


@pytest.mark.parametrize("status", [401, 403, 413, 502, 529])
def test_a_page_instead_of_json_is_sorted_by_its_status(status):
    page = "<html><body>cloudflare</body></html>"
    assert refused(status, text=page).code == refused(status).code
    assert "cloudflare" not in refused(status, text=page).message


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("You have reached your specified API usage limits.", "claude.spend_limit"),
        ("Your credit balance is too low to access the API.", "claude.billing"),
        ("prompt is too long: 210000 tokens > 200000 maximum", "claude.too_large"),
        ("Could not process image", "claude.image_refused"),
        ("messages.0.content.0.image: image exceeds 10 MB maximum", "claude.image_refused"),
        ("Image does not match the provided media type image/png", "claude.image_refused"),
        ("temperature: Extra inputs are not permitted", "claude.invalid_request"),
    ],
)
def test_a_bad_request_is_sorted_by_its_words(message, code):
    assert refused(400, "invalid_request_error", message).code == code


@pytest.mark.parametrize(
    ("status", "error_code", "code"),
    [
        (429, "enforced_spend_limit_reached", "claude.spend_limit"),
        (429, "contract_spend_limit_reached", "claude.spend_limit"),
        (429, "ramp_limit_exceeded", "claude.rate_limited"),
        (400, "image_dimensions_too_large", "claude.image_refused"),
    ],
)
def test_an_error_code_says_more_than_the_status(status, error_code, code):
    assert refused(status, "rate_limit_error", error_code=error_code).code == code


IMAGES = [f"messages.0.content.{place}" for place in range(12)]


def image_refused(message="", **details):
    failure = refused(400, "invalid_request_error", message, **details)
    assert isinstance(failure, failures.ImageRefused)
    failure.locate(IMAGES)
    return failure.places, failure.most_side


def test_images_that_are_too_large_are_told_with_their_places_and_what_would_do():
    assert image_refused(
        error_code="image_dimensions_too_large",
        max_side_length_pixels=2000,
        paths=["messages.0.content.1", "messages.0.content.10"],
    ) == ((1, 10), 2000)


@pytest.mark.parametrize(
    ("message", "places", "most_side"),
    [
        (
            "messages.0.content.11.image.source.base64: image exceeds 5 MB maximum: 9 > 5",
            (11,),
            None,
        ),
        (
            "messages.0.content.1.image.source.base64.data: At least one of the image dimensions "
            "exceed max allowed size for many-image requests: 2000 pixels",
            (1,),
            2000,
        ),
        ("At least one of the image dimensions exceed max allowed size: 8000 pixels", (), 8000),
        ("Could not process image", (), None),
        ("messages.4.content.1.image.source.base64: image exceeds 5 MB", (), None),
    ],
)
def test_without_details_the_sentence_tells_the_place(message, places, most_side):
    assert image_refused(message) == (places, most_side)


@pytest.mark.parametrize(
    "details",
    [
        {"paths": "messages.0.content.1", "max_side_length_pixels": "2000"},
        {"paths": [None, 5], "max_side_length_pixels": True},
        {"paths": [], "max_side_length_pixels": None},
        {"paths": {}, "max_side_length_pixels": 1.5},
    ],
)
def test_details_that_make_no_sense_tell_nothing(details):
    assert image_refused(error_code="image_dimensions_too_large", **details) == ((), None)


@pytest.mark.parametrize(("sent", "places"), [(1, (0,)), (0, ()), (2, ())])
def test_where_only_one_image_was_sent_it_is_that_one(sent, places):
    failure = refused(400, "invalid_request_error", "Could not process image")
    failure.locate(IMAGES[:sent])
    assert failure.places == places


def test_an_error_event_tells_of_images_too():
    details = {"error_code": "image_dimensions_too_large", "paths": IMAGES[3:4]}
    failure = failures.failure_in({"error": {"details": details}})
    failure.locate(IMAGES)
    assert failure.places == (3,)


def test_an_unknown_model_is_named():
    assert "claude-x" in refused(404, "not_found_error").message


def test_a_refused_request_is_told_in_the_servers_words():
    failure = refused(400, "invalid_request_error", "max_tokens: too\n  large")
    assert failure.message == "Claude refused the request: max_tokens: too large"


def test_the_servers_words_are_cut_and_hold_no_key_and_no_picture():
    echoed = f"bad key sk-ant-api03-{'s' * 20} in {'iVBORw0KGgo' * 20} {'and so on ' * 90}"
    message = refused(400, "invalid_request_error", echoed).message
    assert "sk-ant" not in message
    assert "iVBOR" not in message
    assert "[key] in [data]" in message
    assert len(message) < 340


@pytest.mark.parametrize("status", [401, 402, 403, 404, 429, 500])
def test_other_refusals_are_told_in_words_of_this_app(status):
    assert "secret" not in refused(status, None, "secret").message


def test_without_a_key_a_refused_key_is_a_missing_one():
    assert refused(401, "authentication_error", key=failures.NO_KEY).code == "claude.key_missing"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_known_where_it_is_told(headers, seconds):
    assert refused(429, "rate_limit_error", headers=headers).retry_after == seconds


def connection_error(cause):
    error = anthropic.APIConnectionError(message=repr(cause), request=REQUEST)
    error.__cause__ = cause
    return error


def timeout_error(cause):
    error = anthropic.APITimeoutError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("exc", "code"),
    [
        (connection_error(httpx2.ConnectError("refused")), "claude.unreachable"),
        (connection_error(httpx2.RemoteProtocolError("gone")), "claude.unreachable"),
        (httpx2.ReadTimeout("slow"), "claude.timeout"),
        (httpx2.RemoteProtocolError("cut"), "claude.interrupted"),
        (httpx2.ReadError("cut"), "claude.interrupted"),
        (httpx2.StreamClosed(), "claude.interrupted"),
        (ConnectionResetError(), "claude.interrupted"),
        (httpx2.DecodingError("gzip"), "claude.garbled"),
        (json.JSONDecodeError("no", "", 0), "claude.garbled"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), "claude.garbled"),
    ],
    ids=repr,
)
def test_a_fault_of_the_connection_has_one_meaning(exc, code):
    failure = failure_of(exc)
    assert (failure.code, failure.retryable) == (code, True)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (httpx2.ConnectTimeout("slow"), "claude.unreachable"),
        (httpx2.ReadTimeout("slow"), "claude.timeout"),
    ],
    ids=repr,
)
def test_a_timeout_before_the_answer_tells_connecting_from_waiting(cause, code):
    assert failure_of(timeout_error(cause)).code == code


def test_a_failure_stays_what_it_is():
    failure = failures.Garbled()
    assert failure_of(failure) is failure


def test_an_error_event_names_the_model_that_is_unknown():
    event = {"type": "error", "error": {"type": "not_found_error", "message": "no"}}
    assert "claude-x" in failures.failure_in(event, model_id="claude-x").message


@pytest.mark.parametrize("error", [None, "busy", {"type": 5, "details": [], "message": {}}])
def test_an_error_event_may_say_anything(error):
    assert failures.failure_in({"error": error}).code == "claude.unavailable"


def test_every_failure_has_a_code_of_its_own_and_says_what_to_do():
    kinds = [
        kind
        for kind in vars(failures).values()
        if isinstance(kind, type) and getattr(kind, "code", "").startswith("claude.")
    ]
    assert len({kind.code for kind in kinds}) == len(kinds) == 16
    assert all(kind().message.endswith(".") for kind in kinds)
