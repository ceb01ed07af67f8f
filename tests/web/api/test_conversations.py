"""``/conversations``: listed, read, changed, deleted."""

from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from tests.support.contract import LISTED, assert_time, assert_whole_conversation
from tests.support.problems import assert_problem
from visionapp.conversations.models import Conversation, Turn
from visionapp.relay.models import LogEntry
from visionapp.uploads.models import Picture


def ids(page) -> list[str]:
    return [item["id"] for item in page["items"]]


def conversations(owner, count: int) -> list[str]:
    """Begin conversations about one picture; return their ids, oldest first."""
    picture = a_picture(owner.id)
    turns = [a_turn(owner.id, f"Question {n}", pictures=[picture]) for n in range(count)]
    return [str(turn.conversation_id) for turn in turns]


def test_conversations_are_listed_newest_first(owner):
    begun = conversations(owner, 3)

    page = owner.api().get("conversations").json()

    assert set(page) == {"items", "next_cursor"}
    assert ids(page) == begun[::-1]
    assert page["next_cursor"] is None
    for item in page["items"]:
        assert set(item) == LISTED
        assert UUID(item["id"])
        assert_time(item["created_at"])
        assert_time(item["updated_at"])


def test_the_cursor_leads_through_all_pages_once(owner):
    begun = conversations(owner, 5)
    seen: list[str] = []
    cursor = ""

    while cursor is not None:
        page = owner.api().get("conversations", limit=2, cursor=cursor).json()
        assert len(page["items"]) <= 2
        seen += ids(page)
        cursor = page["next_cursor"]

    assert seen == begun[::-1]


def test_a_conversation_begun_meanwhile_moves_no_page(owner):
    begun = conversations(owner, 4)
    first = owner.api().get("conversations", limit=2).json()

    conversations(owner, 1)
    second = owner.api().get("conversations", limit=2, cursor=first["next_cursor"]).json()

    assert ids(second) == begun[1::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "bm8=",
        # A moment that leaves the calendar when it is told in UTC.
        "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCAwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=",
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(owner, cursor):
    assert_problem(owner.api().get("conversations", cursor=cursor), 422, "cursor.invalid")


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (0, 1), (-5, 1), (10**30, 3)])
def test_a_limit_out_of_reason_is_brought_into_it(owner, limit, count):
    conversations(owner, 3)

    assert len(owner.api().get("conversations", limit=limit).json()["items"]) == count


def test_a_limit_that_is_no_number_is_refused(owner):
    assert_problem(owner.api().get("conversations", limit="many"), 422, "request.invalid")


def test_words_are_looked_for_in_titles_questions_and_answers(owner):
    answered(a_turn(owner.id, "How tall is the tower?"), "About 324 metres.")
    answered(a_turn(owner.id, "Which colours?"), "Red and green.")
    api = owner.api()

    found = {
        query: len(api.get("conversations", query=query).json()["items"])
        for query in ("tower", "METRES", "tower metres", "tower green", "purple", "%", "")
    }

    assert found == {
        "tower": 1,
        "METRES": 1,
        "tower metres": 1,
        "tower green": 0,
        "purple": 0,
        "%": 0,
        "": 2,
    }


def test_somebody_elses_conversations_are_not_listed(owner, stranger):
    conversations(owner, 1)

    assert stranger.api().get("conversations").json() == {"items": [], "next_cursor": None}
    assert stranger.api().get("conversations", query="Question").json()["items"] == []


def test_a_conversation_is_read_with_all_its_turns_oldest_first(owner):
    first = answered(a_turn(owner.id), "Sales rose.")
    a_follow_up(first.conversation)

    whole = owner.api().get(f"conversations/{first.conversation_id}").json()

    assert_whole_conversation(whole)
    assert [turn["state"] for turn in whole["turns"]] == ["answered", "waiting"]
    assert whole["turns"][1]["parent"] == whole["turns"][0]["id"]


def test_a_conversation_can_be_renamed_and_archived(owner):
    turn = a_turn(owner.id)
    path = f"conversations/{turn.conversation_id}"

    whole = owner.api().patch(path, {"title": "Towers", "archived": True}).json()

    assert_whole_conversation(whole)
    assert (whole["title"], whole["archived"]) == ("Towers", True)
    assert owner.api().get(path).json()["title"] == "Towers"
    assert Conversation.objects.get().updated_at == turn.hinted_at


def test_archived_conversations_are_listed_apart_and_come_back(owner):
    first, second = conversations(owner, 2)
    api = owner.api()
    before = api.get(f"conversations/{first}").json()["updated_at"]

    api.patch(f"conversations/{first}", {"archived": True})
    assert ids(api.get("conversations").json()) == [second]
    assert ids(api.get("conversations", archived="false").json()) == [second]
    assert ids(api.get("conversations", archived="true").json()) == [first]
    assert ids(api.get("conversations", archived="true", query="nothing").json()) == []

    api.patch(f"conversations/{first}", {"archived": False})
    assert ids(api.get("conversations").json()) == [second, first]
    assert api.get(f"conversations/{first}").json()["updated_at"] == before


def test_whether_archived_ones_are_meant_is_yes_or_no(owner):
    assert_problem(owner.api().get("conversations", archived="some"), 422, "request.invalid")


def test_another_turns_path_can_be_read_on(owner):
    first = answered(a_turn(owner.id))
    a_follow_up(first.conversation)

    whole = (
        owner.api()
        .patch(f"conversations/{first.conversation_id}", {"current_turn": str(first.pk)})
        .json()
    )

    assert whole["current_turn"] == str(first.pk)
    newest = Turn.objects.exclude(pk=first.pk).get()
    assert Conversation.objects.get().updated_at == newest.hinted_at


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"title": ""}, 422, "request.invalid"),
        ({"title": " \n "}, 422, "request.invalid"),
        ({"title": "x" * 201}, 422, "request.invalid"),
        ({"title": 5}, 422, "request.invalid"),
        ({"archived": "perhaps"}, 422, "request.invalid"),
        ({"current_turn": "first"}, 422, "request.invalid"),
        ({"current_turn": str(uuid4())}, 404, "turn.parent_unknown"),
        ({"owner": 1}, 422, "request.invalid"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(owner, change, status, code):
    turn = a_turn(owner.id, "What is it?")

    response = owner.api().patch(f"conversations/{turn.conversation_id}", change)

    assert_problem(response, status, code)
    kept = Conversation.objects.get()
    assert (kept.title, kept.archived, kept.current_turn_id) == ("What is it?", False, turn.pk)


def test_a_turn_of_another_conversation_cannot_become_current(owner):
    here, elsewhere = a_turn(owner.id), a_turn(owner.id)

    response = owner.api().patch(
        f"conversations/{here.conversation_id}", {"current_turn": str(elsewhere.pk)}
    )

    assert_problem(response, 404, "turn.parent_unknown")


def test_a_deleted_conversation_leaves_nothing(owner, django_capture_on_commit_callbacks):
    turn = answered(a_turn(owner.id))
    picture = Picture.objects.select_related("upload").get()

    with django_capture_on_commit_callbacks(execute=True):
        response = owner.api().delete(f"conversations/{turn.conversation_id}")

    assert (response.status_code, response.content) == (204, b"")
    for model in (Conversation, Turn, Picture, LogEntry):
        assert not model.objects.exists()
    assert not default_storage.exists(picture.upload.file.name)
    assert_problem(owner.api().get(f"conversations/{turn.conversation_id}"), 404, "not_found")


def test_a_picture_that_another_conversation_shows_is_kept(
    owner, django_capture_on_commit_callbacks
):
    picture = a_picture(owner.id)
    going, staying = (a_turn(owner.id, pictures=[picture]) for _ in range(2))

    with django_capture_on_commit_callbacks(execute=True):
        owner.api().delete(f"conversations/{going.conversation_id}")

    assert default_storage.exists(picture.upload.file.name)
    assert Turn.objects.get() == staying


def test_a_picture_is_taken_out_of_a_conversation_and_put_back(owner):
    pictures = [a_picture(owner.id, name=f"{number}.png") for number in range(2)]
    turn = answered(a_turn(owner.id, pictures=pictures))
    path = f"conversations/{turn.conversation_id}/images/{pictures[1].pk}"

    for _ in range(2):
        whole = owner.api().delete(path).json()
        assert_whole_conversation(whole)
        assert whole["turns"][0]["images"] == [str(picture.pk) for picture in pictures]
        assert whole["turns"][0]["images_taken_out"] == [str(pictures[1].pk)]

    whole = owner.api().put(path).json()
    assert_whole_conversation(whole)
    assert whole["turns"][0]["images_taken_out"] == []
    assert Picture.objects.count() == 2


@pytest.mark.parametrize("call", ["delete", "put"])
def test_only_a_picture_of_the_conversation_can_be_taken_out(owner, stranger, call):
    turn = answered(a_turn(owner.id))
    picture = turn.pictures.get()
    path = f"conversations/{turn.conversation_id}/images"

    for pk in (a_picture(owner.id).pk, uuid4()):
        assert_problem(getattr(owner.api(), call)(f"{path}/{pk}"), 404, "not_found")
    response = getattr(stranger.api(), call)(f"{path}/{picture.picture_id}")
    assert_problem(response, 404, "not_found")

    picture.refresh_from_db()
    assert not picture.taken_out
