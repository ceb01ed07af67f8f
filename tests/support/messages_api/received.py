"""What the fake remembers of each request."""

import threading
import time
from dataclasses import dataclass, field

from tests.support.messages_api.blocks import blocks_of
from tests.support.messages_api.errors import ApiError
from tests.support.messages_api.fields import Json
from tests.support.messages_api.pictures import SentImage
from tests.support.messages_api.wire import Outlet, RawRequest


@dataclass
class Received:
    """One request and what became of it. ``at`` is `time.monotonic`, header names are lower case.

    A check that said no is kept in ``refused``, else
    ``played`` is the behaviour that answered, and ``usage`` what it reported last.
    """

    raw: RawRequest
    request_id: str
    outlet: Outlet
    at: float = field(default_factory=time.monotonic)
    json: Json = field(default_factory=dict)
    images: tuple[SentImage, ...] = ()
    usage: Json = field(default_factory=dict)
    refused: ApiError | None = None
    played: object = None
    _settled: threading.Event = field(default_factory=threading.Event)
    _abandoned: threading.Event = field(default_factory=threading.Event)

    @property
    def status(self) -> int:
        """The HTTP status, 0 as long as none has been sent."""
        return self.outlet.status

    @property
    def method(self) -> str:
        return self.raw.method

    @property
    def path(self) -> str:
        return self.raw.target.partition("?")[0]

    @property
    def headers(self) -> dict[str, str]:
        return self.raw.headers

    @property
    def key(self) -> str:
        bearer = self.headers.get("authorization", "").partition(" ")[2]
        return bearer or self.headers.get("x-api-key", "")

    @property
    def model(self) -> str:
        return str(self.json.get("model", ""))

    @property
    def question(self) -> str:
        """All text of the last user message of a request that passed the checks."""
        users = [one for one in self.json["messages"] if one["role"] == "user"]
        blocks = blocks_of(users[-1]["content"])
        return "\n".join(block["text"] for block in blocks if block["type"] == "text")

    @property
    def closed_by_client(self) -> bool:
        return self._abandoned.is_set()

    def wait_until_closed_by_client(self, timeout: float) -> bool:
        """True once the client closed the connection before the answer had ended."""
        return self._abandoned.wait(timeout)

    def wait_until_settled(self, timeout: float) -> bool:
        """True once nothing more will be sent for this request, however it ended."""
        return self._settled.wait(timeout)

    def abandon(self) -> None:
        self._abandoned.set()

    def settle(self) -> None:
        self._settled.set()
