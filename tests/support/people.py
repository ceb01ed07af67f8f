"""People with API tokens, and a client that speaks JSON for them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from visionapp.web.models import issue_token


@dataclass(frozen=True)
class Person:
    """A user, and a client that sends their token."""

    user: User
    token: str

    @property
    def id(self) -> int:
        return self.user.pk

    def api(self) -> "Api":
        return Api(self.token)


class Api:
    """The API as a program uses it: paths below /api/v1/, JSON in and out."""

    def __init__(self, token: str) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any):
        return self._client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None):
        return self._client.post(f"/api/v1/{path}", body or {}, content_type="application/json")

    def patch(self, path: str, body: Any):
        return self._client.patch(f"/api/v1/{path}", body, content_type="application/json")

    def put(self, path: str):
        return self._client.put(f"/api/v1/{path}")

    def delete(self, path: str):
        return self._client.delete(f"/api/v1/{path}")

    def upload(self, file: Any):
        return self._client.post("/api/v1/images", {"file": file})


def a_person(name: str) -> Person:
    user, _ = User.objects.get_or_create(username=name)
    return Person(user, issue_token(owner_id=user.pk, name="tests"))
