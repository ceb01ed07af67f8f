"""Who is let in at all: credentials, versions, bodies and addresses."""

import json
from contextlib import closing
from http.client import HTTPConnection

import httpx2
import pytest

from tests.support.messages_api import NEW_VERSION, OLD_VERSION, MessagesApi
from tests.support.messages_api.building import request

HEADERS = {"authorization": "Bearer sk-test", "anthropic-version": NEW_VERSION}


@pytest.fixture(scope="module")
def api():
    with MessagesApi(refused_keys=["sk-expired"]) as api:
        yield api


@pytest.fixture(scope="module")
def http():
    with httpx2.Client() as http:
        yield http


@pytest.mark.parametrize(
    "credentials",
    [{}, {"authorization": "Bearer "}, {"authorization": "Basic abc"}, {"x-api-key": " "}],
    ids=["none", "a blank bearer", "another scheme", "a blank key"],
)
def test_without_credentials_nobody_is_let_in(api, credentials):
    # httpx2 refuses to send blank headers, other clients do send them.
    line = HTTPConnection(api.url.removeprefix("http://"))
    with closing(line):
        line.request("GET", "/v1/models", headers={"anthropic-version": NEW_VERSION} | credentials)
        answer = line.getresponse()
        assert answer.status == 401
        assert json.load(answer)["error"]["type"] == "authentication_error"


@pytest.mark.parametrize(
    "credentials", [{"authorization": "Bearer sk-expired"}, {"x-api-key": "sk-expired"}]
)
def test_a_refused_key_is_refused_everywhere(api, http, credentials):
    headers = {"anthropic-version": NEW_VERSION, **credentials}
    assert http.get(f"{api.url}/v1/models", headers=headers).status_code == 401
    answer = http.post(f"{api.url}/v1/messages", json=request(), headers=headers)
    assert answer.json()["error"]["type"] == "authentication_error"


def test_the_old_key_header_is_taken_too(api, http):
    headers = {"anthropic-version": OLD_VERSION, "x-api-key": "sk-test"}
    answer = http.post(f"{api.url}/v1/messages", json=request(), headers=headers)
    assert answer.status_code == 200
    assert api.requests[-1].key == "sk-test"


@pytest.mark.parametrize("version", [None, "2024-01-01"])
def test_the_version_header_must_be_there_and_known(api, http, version):
    headers = {"authorization": "Bearer k"} | ({"anthropic-version": version} if version else {})
    answer = http.post(f"{api.url}/v1/messages", json=request(), headers=headers)
    assert answer.status_code == 400
    assert "anthropic-version" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"model=x", b"\xff\xfe", b'{"max_tokens": NaN}', b'{"model": "\\ud800"}', b"[1]"],
)
def test_a_body_that_is_no_json_object_is_refused(api, http, raw):
    answer = http.post(f"{api.url}/v1/messages", content=raw, headers=HEADERS)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
def test_a_body_over_32_mb_meets_the_page_of_the_edge(api, http, path):
    raw = b" " * (32 * 1024 * 1024 + 1)
    answer = http.post(f"{api.url}{path}", content=raw, headers=HEADERS)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "request-id" not in answer.headers


def test_an_unknown_address_is_not_found_and_a_wrong_method_is_said_to_be(api, http):
    missing = http.get(f"{api.url}/v1/v1/messages", headers=HEADERS)
    assert missing.json()["error"]["type"] == "not_found_error"
    assert http.get(f"{api.url}/v1/messages", headers=HEADERS).status_code == 405
