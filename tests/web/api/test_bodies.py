"""Bodies that make no sense: refused in one form, never a mistake of ours."""

import json
from uuid import uuid4

import pytest

from tests.support.builders import a_picture, a_turn
from tests.support.problems import assert_problem
from visionapp.conversations.models import Conversation

MALFORMED = [b"{", b"not json", b"\xff\xfe", b'{"images": [}', b""]
WRONG = [
    "null",
    "[]",
    '"words"',
    "1",
    "{}",
    '{"images": null, "instruction": "x"}',
    '{"images": "all", "instruction": "x"}',
    '{"images": ["not-an-id"], "instruction": "x"}',
    '{"images": [{}], "instruction": "x"}',
    '{"images": [], "instruction": 5}',
    '{"images": [], "instruction": ["x"]}',
    '{"images": [], "instruction": "x", "max_tokens": "many"}',
    '{"images": [], "instruction": "x", "max_tokens": 1.5}',
    '{"images": [], "instruction": "x", "max_tokens": NaN}',
    '{"images": [], "instruction": "x", "imagse": []}',
]


def send(owner, path, raw, method="POST"):
    return owner.api()._client.generic(
        method, f"/api/v1/{path}", raw, content_type="application/json"
    )


@pytest.mark.parametrize("raw", MALFORMED)
def test_a_body_that_is_no_json_is_refused(owner, lines, raw):
    response = send(owner, "conversations", raw)

    assert response.status_code in {400, 422}
    assert_problem(response, response.status_code, response.json()["code"])
    assert response.json()["code"] in {"request.malformed", "request.invalid"}
    assert len(lines()) <= 1


@pytest.mark.parametrize("raw", WRONG)
def test_json_of_another_shape_is_refused_by_the_name_of_the_place(owner, lines, raw):
    response = send(owner, "conversations", raw)

    assert_problem(response, 422, "request.invalid")
    assert len(lines()) <= 1
    assert not Conversation.objects.exists()


def test_the_sentence_names_the_key_that_is_wrong(owner):
    sentence = assert_problem(
        send(owner, "conversations", '{"images": [], "imagse": []}'), 422, "request.invalid"
    )

    assert "“imagse”" in sentence


def test_a_key_that_does_not_exist_is_refused_in_every_body(owner):
    turn = a_turn(owner.id)
    extra = '{"instruction": "x", "title": "x", "is_admin": true}'

    assert_problem(
        send(owner, f"conversations/{turn.conversation_id}/turns", extra), 422, "request.invalid"
    )
    assert_problem(
        send(owner, f"conversations/{turn.conversation_id}", extra, "PATCH"),
        422,
        "request.invalid",
    )


@pytest.mark.parametrize("words", ["half \ud83d", "nothing \0"])
def test_characters_that_cannot_be_stored_are_refused(owner, words):
    raw = json.dumps({"images": [str(a_picture(owner.id).pk)], "instruction": words})

    response = send(owner, "conversations", raw)

    assert_problem(response, 422, "request.invalid")
    assert not Conversation.objects.exists()


def test_deeply_nested_json_is_refused(owner):
    response = send(owner, "conversations", "[" * 50_000 + "]" * 50_000)

    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"])


def test_an_enormous_number_is_refused(owner):
    raw = '{"images": [], "instruction": "x", "max_tokens": ' + "9" * 5000 + "}"

    response = send(owner, "conversations", raw)

    assert response.status_code in {400, 422}
    assert_problem(response, response.status_code, response.json()["code"])


@pytest.mark.parametrize("place", ["images", "conversations", "turns"])
def test_an_id_that_is_none_is_not_found(owner, place):
    assert_problem(owner.api().get(f"{place}/not-an-id"), 404, "not_found")
    assert_problem(owner.api().get(f"{place}/{uuid4()}"), 404, "not_found")


def test_another_media_type_is_refused(owner):
    response = owner.api()._client.generic(
        "POST", "/api/v1/conversations", "images=1", content_type="text/plain"
    )

    assert_problem(response, 400, "request.malformed")
