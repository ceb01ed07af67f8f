"""More turns and more conversations cost no more queries."""

import pytest
from django.test import Client

from tests.support.builders import a_follow_up, a_picture, a_turn, answered
from visionapp.conversations.models import Turn

THREAD_QUERIES = 9
LIST_QUERIES = 2


@pytest.mark.parametrize("turns", [3, 30])
def test_a_long_thread_costs_as_many_queries_as_a_short_one(
    local_user, django_assert_max_num_queries, turns
):
    turn = answered(a_turn(local_user.pk))
    for number in range(turns - 1):
        turn = answered(a_follow_up(turn.conversation, f"And {number}?"))
    client = Client()
    client.get("/healthz")

    with django_assert_max_num_queries(THREAD_QUERIES):
        page = client.get(f"/c/{turn.conversation_id}/")

    assert page.content.decode().count("<article") == turns


@pytest.mark.parametrize("turns", [3, 30])
def test_reading_a_long_thread_by_the_api_costs_no_more_either(
    owner, django_assert_max_num_queries, turns
):
    turn = answered(a_turn(owner.id))
    for number in range(turns - 1):
        turn = answered(a_follow_up(turn.conversation, f"And {number}?"))

    with django_assert_max_num_queries(5):
        whole = owner.api().get(f"conversations/{turn.conversation_id}").json()

    assert len(whole["turns"]) == turns


def test_a_page_reads_its_side_list_once(local_user, django_assert_max_num_queries):
    a_turn(local_user.pk)
    client = Client()
    client.get("/healthz")

    with django_assert_max_num_queries(LIST_QUERIES):
        client.get("/")


def test_a_model_that_is_not_on_offer_any_more_costs_no_query_a_turn(
    local_user, with_a_key, django_assert_max_num_queries
):
    turn = answered(a_turn(local_user.pk))
    for number in range(5):
        turn = answered(a_follow_up(turn.conversation, f"And {number}?"))
    Turn.objects.update(model="gone-model")
    client = Client()

    with django_assert_max_num_queries(THREAD_QUERIES):
        page = client.get(f"/c/{turn.conversation_id}/")

    assert page.content.decode().count("<span>gone-model</span>") == 6


@pytest.mark.parametrize("count", [5, 60])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    local_user, django_assert_max_num_queries, count
):
    picture = a_picture(local_user.pk)
    for number in range(count):
        a_turn(local_user.pk, f"Question {number}", pictures=[picture])

    with django_assert_max_num_queries(LIST_QUERIES):
        response = Client().get("/conversations/")

    assert response.content.decode().count('class="row-title"') == min(count, 30)
