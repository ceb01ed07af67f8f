"""The side list: pieces of it, its headings, the search."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.builders import a_picture, a_turn, answered
from visionapp.conversations.models import Conversation

HEADING = re.compile(r'<li class="row-heading">([^<]+)</li>')
TITLE = re.compile(r'<span class="row-title"[^>]*>([^<]+)</span>')
MORE = re.compile(r'hx-get="([^"]+)"')


def fragment(path: str = "/conversations/") -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def conversations(user, count: int) -> list[Conversation]:
    picture = a_picture(user.pk)
    turns = [a_turn(user.pk, f"Question {n}", pictures=[picture]) for n in range(count)]
    return [turn.conversation for turn in turns]


def used(conversation: Conversation, days_ago: int) -> None:
    moment = timezone.now() - timedelta(days=days_ago)
    Conversation.objects.filter(pk=conversation.pk).update(updated_at=moment)


def test_conversations_stand_below_the_day_on_which_they_were_used(local_user):
    ages = [0, 0, 1, 3, 30, 31]
    for conversation, age in zip(conversations(local_user, len(ages)), ages, strict=True):
        used(conversation, age)

    page = fragment()

    assert HEADING.findall(page) == ["Today", "Yesterday", "This week", "Earlier"]
    assert TITLE.findall(page) == [f"Question {n}" for n in (1, 0, 2, 3, 4, 5)]


def test_the_next_piece_goes_on_without_repeating_its_heading(local_user):
    for conversation in conversations(local_user, 32):
        used(conversation, 30)
    first = fragment()

    second = fragment(MORE.search(first)[1].replace("&amp;", "&"))

    assert HEADING.findall(first) == ["Earlier"]
    assert HEADING.findall(second) == []
    assert len(TITLE.findall(first)) == 30
    assert len(TITLE.findall(second)) == 2
    assert not set(TITLE.findall(first)) & set(TITLE.findall(second))
    assert MORE.search(second) is None


def test_the_search_goes_on_in_the_next_piece(local_user):
    conversations(local_user, 31)

    first = fragment("/conversations/?query=Question%20%26")
    assert "Nothing found for “Question &amp;”." in first

    first = fragment("/conversations/?query=question")
    assert "query=question&amp;cursor=" in MORE.search(first)[1] + "&amp;cursor="
    assert len(TITLE.findall(fragment(MORE.search(first)[1].replace("&amp;", "&")))) == 1


def test_words_are_found_in_answers(local_user):
    answered(a_turn(local_user.pk, "How tall?"), "About 324 metres.")
    answered(a_turn(local_user.pk, "How old?"), "Very.")

    assert TITLE.findall(fragment("/conversations/?query=metres")) == ["How tall?"]


def test_what_is_being_answered_is_marked(local_user):
    picture = a_picture(local_user.pk)
    answered(a_turn(local_user.pk, pictures=[picture]))
    assert "being answered" not in fragment()

    a_turn(local_user.pk, pictures=[picture])
    assert fragment().count("being answered") == 1


def test_an_empty_list_says_what_will_stand_there(local_user):
    assert "What you analyse is kept here." in fragment()


def test_somebody_elses_conversations_are_not_in_it(local_user, stranger):
    a_turn(stranger.id, "Secret")

    assert "Secret" not in fragment()
    assert "Secret" not in fragment("/conversations/?query=Secret").replace("“Secret”", "")


@pytest.mark.parametrize("cursor", ["x", "%00", "bm8="])
def test_a_cursor_that_no_page_gave_is_refused(local_user, cursor):
    response = Client().get(f"/conversations/?cursor={cursor}")

    assert response.status_code == 422
    assert "This cursor is not one" in response.content.decode()


@pytest.mark.parametrize("path", ["/conversations/", "/api/v1/conversations"])
def test_characters_that_no_database_takes_are_not_looked_for(local_user, path):
    a_turn(local_user.pk, "How tall?")

    assert "How tall?" in Client().get(path, {"query": "t\0all"}).content.decode()
