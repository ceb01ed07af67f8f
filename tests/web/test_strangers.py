"""Every address that names a thing: its owner gets it, a stranger does not, nor does nobody."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tests.support.addresses import all_addresses
from tests.support.builders import a_picture, a_turn, answered
from visionapp.conversations.life import request_stop

API = "api/v1/"


@dataclass(frozen=True)
class Row:
    """How to call an address so that its owner is let through."""

    method: str
    route: str
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API)


IN_CONVERSATION = f"{API}conversations/<uuidstr:conversation_id>"
IN_IMAGE = f"{API}images/<uuidstr:image_id>"
IN_TURN = f"{API}turns/<uuidstr:turn_id>"

ROWS = [
    Row("GET", "c/<uuid:pk>/"),
    Row("POST", "c/<uuid:pk>/ask/", body={"question": "And then?"}),
    Row("POST", "c/<uuid:pk>/rename/", body={"title": "Another"}),
    Row("POST", "c/<uuid:pk>/delete/", status=302),
    Row("POST", "c/<uuid:pk>/pictures/<uuid:picture_pk>/take-out/"),
    Row("POST", "c/<uuid:pk>/pictures/<uuid:picture_pk>/put-back/"),
    Row("GET", "c/<uuid:pk>/export/<str:format_name>/", words={"format_name": "md"}),
    Row("GET", "turns/<uuid:pk>/"),
    Row("POST", "turns/<uuid:pk>/stop/", status=204),
    Row("POST", "turns/<uuid:pk>/retry/"),
    Row("POST", "turns/<uuid:pk>/without/<uuid:picture_pk>/"),
    Row("GET", "turns/<uuid:pk>/stream/"),
    Row("GET", "pictures/<uuid:pk>/seen/"),
    Row("GET", "pictures/<uuid:pk>/frames/"),
    Row("GET", "pictures/<uuid:pk>/frames/<int:number>/", words={"number": "0"}),
    Row("GET", "pictures/<uuid:pk>/<str:rendition>/", words={"rendition": "original"}),
    Row("GET", IN_IMAGE),
    Row("DELETE", IN_IMAGE, status=204),
    Row("POST", f"{IN_IMAGE}/parts", status=201, body={"box": [0, 0, 10, 10]}),
    Row("GET", f"{IN_IMAGE}/<rendition>", words={"rendition": "original"}),
    Row("GET", IN_CONVERSATION),
    Row("PATCH", IN_CONVERSATION, body={"title": "Another"}),
    Row("DELETE", IN_CONVERSATION, status=204),
    Row("POST", f"{IN_CONVERSATION}/turns", status=201, body={"instruction": "And then?"}),
    Row("DELETE", f"{IN_CONVERSATION}/images/<uuidstr:image_id>"),
    Row("PUT", f"{IN_CONVERSATION}/images/<uuidstr:image_id>"),
    Row("GET", f"{IN_CONVERSATION}/export/<format_name>", words={"format_name": "md"}),
    Row("GET", IN_TURN),
    Row("POST", f"{IN_TURN}/stop"),
    Row("POST", f"{IN_TURN}/retry"),
    Row("GET", f"{IN_TURN}/events"),
]


def path_of(row: Row, owner_id: int) -> str:
    """Return the address of something that the owner has, in a state in which the call works."""
    route = row.route
    if route.startswith((IN_IMAGE, "pictures/")):
        pk = picture_pk = a_picture(owner_id).pk
    else:
        turn = a_turn(owner_id)
        if "retry" in route or "without" in route:
            request_stop(turn)
        elif "stop" not in route:
            answered(turn)
        pk = turn.pk if route.startswith((IN_TURN, "turns/")) else turn.conversation_id
        picture_pk = turn.pictures.get().picture_id
    named = {"pk": pk, "conversation_id": pk, "turn_id": pk}
    named |= {"image_id": picture_pk, "picture_pk": picture_pk}
    path = route
    for name, given in named.items():
        path = path.replace(f"<uuid:{name}>", str(given)).replace(f"<uuidstr:{name}>", str(given))
    for name, word in row.words.items():
        path = path.replace(f"<str:{name}>", word).replace(f"<{name}>", word)
        path = path.replace(f"<int:{name}>", word)
    return f"/{path}"


def call(row: Row, client: Client, path: str):
    media_type = {"content_type": "application/json"} if row.is_api else {}
    data = row.body if row.method in {"POST", "PATCH"} else None
    response = getattr(client, row.method.lower())(path, data, **media_type)
    b"".join(response)  # a file that is streamed is closed at its end
    return response


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def test_every_address_that_names_a_thing_has_a_row():
    named = {str(each) for each in all_addresses() if "uuid" in each.route}

    assert named == {f"{row.method if row.is_api else ''} /{row.route}".lstrip() for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_the_owner_gets_it_and_nobody_else(row, owner, stranger, required):
    path = path_of(row, owner.id)

    nobody = call(row, Client(), path)
    if row.is_api:
        assert nobody.status_code == 401
    else:
        assert nobody.status_code == 302
        assert nobody["Location"] == f"/sign-in/?next={path}"

    assert call(row, signed_in(stranger), path).status_code == 404
    if row.is_api:
        headers = {"Authorization": f"Bearer {stranger.token}"}
        assert call(row, Client(headers=headers), path).status_code == 404

    assert call(row, signed_in(owner), path).status_code == row.status


WITHOUT_IDS = ["/", "/conversations/", "/pictures/", "/settings/"]


@pytest.mark.parametrize("path", WITHOUT_IDS)
def test_a_page_about_oneself_sends_nobody_to_sign_in(db, required, path):
    for response in (Client().get(path), Client().post(path)):
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.parametrize(
    "address",
    [each for each in all_addresses() if each.policy == "token" and "uuid" not in each.route],
    ids=str,
)
def test_a_call_about_oneself_is_refused_to_nobody(db, required, address):
    response = Client().generic(address.method, f"/{address.route}")

    assert response.status_code == 401
