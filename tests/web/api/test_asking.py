"""``POST /conversations`` and ``…/turns``: questions that are taken, and those that are not."""

from uuid import uuid4

import pytest

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.contract import assert_turn, assert_whole_conversation
from tests.support.problems import assert_problem
from visionapp.conversations.models import Conversation, Turn

NO_SUCH_PICTURE = str(uuid4())


def test_a_first_question_makes_a_conversation_with_a_waiting_turn(owner):
    picture = a_picture(owner.id)

    response = owner.api().post(
        "conversations", {"images": [str(picture.pk)], "instruction": "What does it show?"}
    )

    assert response.status_code == 201
    whole = response.json()
    assert_whole_conversation(whole)
    [turn] = whole["turns"]
    assert whole["title"] == "What does it show?"
    assert whole["current_turn"] == turn["id"]
    assert turn["images"] == [str(picture.pk)]
    assert turn["question"] == "What does it show?"
    assert (turn["state"], turn["attempt"], turn["answer"]) == ("waiting", 0, "")
    assert turn["parent"] is turn["failure"] is turn["cost_usd"] is turn["settled_at"] is None


def test_all_choices_are_kept_with_the_turn(owner, with_a_key):
    body = {
        "images": [str(a_picture(owner.id).pk)],
        "instruction": "Read it.",
        "model": "claude-opus-5-5",
        "preset": "read-numbers",
        "system": "Be brief.",
        "max_tokens": 100,
        "effort": "low",
        "answer_prefix": "|",
    }

    assert owner.api().post("conversations", body).status_code == 201

    turn = Turn.objects.get()
    assert turn.model == "claude-opus-5-5"
    assert (turn.preset, turn.system, turn.max_tokens) == ("read-numbers", "Be brief.", 100)
    assert (turn.effort, turn.answer_prefix) == ("low", "|")


def test_a_preset_asks_when_nothing_was_written(owner):
    body = {"images": [str(a_picture(owner.id).pk)], "preset": "describe-chart"}

    [turn] = owner.api().post("conversations", body).json()["turns"]

    assert turn["question"].startswith("Describe this chart")


REFUSED = {
    "no picture": ({"images": []}, 422, "image.missing"),
    "an unknown picture": ({"images": [NO_SUCH_PICTURE]}, 422, "image.missing"),
    "too many pictures": (
        {"images": [str(uuid4()) for _ in range(101)]},
        422,
        "images.too_many",
    ),
    "no instruction": ({"instruction": ""}, 422, "instruction.empty"),
    "blanks for an instruction": ({"instruction": " \n\t "}, 422, "instruction.empty"),
    "an essay": ({"instruction": "x" * 20_001}, 422, "instruction.too_long"),
    "an unknown model": ({"model": "gpt-9"}, 422, "model.unknown"),
    "an unknown preset": ({"preset": "sing"}, 422, "preset.unknown"),
    "an unknown effort": ({"effort": "heroic"}, 422, "settings.invalid"),
    "no room for an answer": ({"max_tokens": 0}, 422, "settings.invalid"),
    "more room than there is": ({"max_tokens": 10**30}, 422, "settings.invalid"),
    "a long beginning": ({"answer_prefix": "x" * 1001}, 422, "settings.invalid"),
    "a beginning that ends in blanks": ({"answer_prefix": "So: "}, 422, "settings.invalid"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_question_that_cannot_be_asked_is_refused_and_not_kept(owner, lines, what):
    change, status, code = REFUSED[what]
    body = {"images": [str(a_picture(owner.id).pk)], "instruction": "What is it?"} | change

    response = owner.api().post("conversations", body)

    assert_problem(response, status, code)
    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()
    assert len(lines()) <= 1


def test_somebody_elses_picture_cannot_be_asked_about(owner, stranger):
    picture = a_picture(owner.id)

    response = stranger.api().post(
        "conversations", {"images": [str(picture.pk)], "instruction": "Tell me."}
    )

    assert_problem(response, 422, "image.missing")
    assert not Conversation.objects.exists()


def test_a_follow_up_goes_below_the_newest_answer(owner):
    first = answered(a_turn(owner.id))

    response = owner.api().post(
        f"conversations/{first.conversation_id}/turns", {"instruction": "Which year?"}
    )

    assert response.status_code == 201
    turn = response.json()
    assert_turn(turn)
    assert (turn["parent"], turn["question"]) == (str(first.pk), "Which year?")
    assert turn["conversation"] == str(first.conversation_id)
    assert (turn["state"], turn["images"]) == ("waiting", [])


def test_a_follow_up_may_name_its_parent_and_bring_pictures(owner):
    first = answered(a_turn(owner.id))
    answered(a_follow_up(first.conversation))
    picture = a_picture(owner.id, name="second.png")

    turn = (
        owner.api()
        .post(
            f"conversations/{first.conversation_id}/turns",
            {"instruction": "And this?", "parent": str(first.pk), "images": [str(picture.pk)]},
        )
        .json()
    )

    assert (turn["parent"], turn["images"]) == (str(first.pk), [str(picture.pk)])


def test_a_follow_up_may_bring_a_picture_that_the_thread_has(owner):
    first = answered(a_turn(owner.id))
    images = [str(first.pictures.get().picture_id)]

    response = owner.api().post(
        f"conversations/{first.conversation_id}/turns",
        {"instruction": "Look again.", "images": images},
    )

    assert (response.status_code, response.json()["images"]) == (201, images)


def test_a_follow_up_uses_the_model_of_its_parent(owner, with_a_key):
    body = {"images": [str(a_picture(owner.id).pk)], "instruction": "?", "model": "claude-opus-5"}
    whole = owner.api().post("conversations", body).json()
    answered(Turn.objects.get())

    turn = owner.api().post(f"conversations/{whole['id']}/turns", {"instruction": "More?"}).json()

    assert turn["model"] == "claude-opus-5"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"instruction": ""}, 422, "instruction.empty"),
        ({"images": [NO_SUCH_PICTURE]}, 422, "image.missing"),
        ({"model": "gpt-9"}, 422, "model.unknown"),
        ({"parent": str(uuid4())}, 404, "turn.parent_unknown"),
    ],
)
def test_a_follow_up_that_cannot_be_asked_is_refused(owner, change, status, code):
    first = answered(a_turn(owner.id))

    response = owner.api().post(
        f"conversations/{first.conversation_id}/turns", {"instruction": "More?"} | change
    )

    assert_problem(response, status, code)
    assert Turn.objects.count() == 1


def test_a_follow_up_has_to_wait_for_the_answer(owner):
    first = a_turn(owner.id)
    path = f"conversations/{first.conversation_id}/turns"

    for body in ({"instruction": "So?"}, {"instruction": "So?", "parent": str(first.pk)}):
        assert_problem(owner.api().post(path, body), 409, "turn.parent_unanswered")
    assert Turn.objects.count() == 1


def test_a_parent_of_another_conversation_is_refused(owner):
    here, elsewhere = answered(a_turn(owner.id)), answered(a_turn(owner.id))

    response = owner.api().post(
        f"conversations/{here.conversation_id}/turns",
        {"instruction": "So?", "parent": str(elsewhere.pk)},
    )

    assert_problem(response, 404, "turn.parent_unknown")


def test_nobody_asks_in_somebody_elses_conversation(owner, stranger):
    first = answered(a_turn(owner.id))

    response = stranger.api().post(
        f"conversations/{first.conversation_id}/turns", {"instruction": "So?"}
    )

    assert_problem(response, 404, "not_found")
    assert Turn.objects.count() == 1
