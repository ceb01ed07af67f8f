"""The door to Claude: one client per process, for Anthropic's API, another server, or the demo."""

from typing import Self
from urllib.parse import urlsplit

import anthropic
import httpx2

from visionapp.catalogue.cards import Listing
from visionapp.claude import wire
from visionapp.claude.demo.measure import Measure
from visionapp.claude.demo.transport import WORDS_PER_SECOND, DemoTransport
from visionapp.claude.failures import NO_KEY
from visionapp.claude.line import watch
from visionapp.claude.listing import listings
from visionapp.claude.reply import FAULTS, Reply
from visionapp.claude.request import Outcome, ReplyRequest

__all__ = ["Claude", "Outcome", "Reply", "ReplyRequest"]

OFFICIAL_URL = "https://api.anthropic.com"
DEMO_URL = "http://demo.invalid"

TIMEOUT = httpx2.Timeout(120, connect=5)
"""Seconds. While an answer streams, the longest silence: the API sends a ping more often."""
LIST_TIMEOUT = 5.0


class Claude:
    """Asks one server. Threads may share it."""

    def __init__(self, sdk: anthropic.Anthropic, *, is_demo: bool = False) -> None:
        self.is_demo = is_demo
        self.is_official = sdk.base_url.host == urlsplit(OFFICIAL_URL).hostname
        self._sdk = sdk

    @classmethod
    def from_environment(
        cls,
        api_key: str,
        base_url: str,
        *,
        measure: Measure | None = None,
        words_per_second: float = WORDS_PER_SECOND,
    ) -> Self:
        """Return the client for these settings; if both are empty, the demo, made of the rest."""
        # A key that was pasted in may have brought spaces or a line break along.
        key, url = "".join(api_key.split()), _without_version(base_url)
        if not key and not url:
            return cls.demo(measure=measure, words_per_second=words_per_second)
        # A connection of its own for each answer: it can be cut without harm to another, is never
        # stale, and the SDK would keep an idle one for only five seconds.
        http_client = anthropic.DefaultHttpxClient(
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [watch]},
        )
        return cls(_sdk(key or NO_KEY, url or OFFICIAL_URL, http_client))

    @classmethod
    def demo(
        cls, *, measure: Measure | None = None, words_per_second: float = WORDS_PER_SECOND
    ) -> Self:
        """Return the built-in demo under the SDK; without ``measure`` it reads headers only."""
        http_client = httpx2.Client(
            transport=DemoTransport(measure=measure, words_per_second=words_per_second),
            event_hooks={"request": [watch]},
        )
        return cls(_sdk("demo", DEMO_URL, http_client), is_demo=True)

    def reply(self, request: ReplyRequest) -> Reply:
        """Return the answer, not yet asked for. Raises InvalidRequest if there is no question."""
        params = wire.params(request, official=self.is_official)
        return Reply(self._sdk, params, wire.given_beginning(request.model, request.answer_prefix))

    def list_models(self) -> list[Listing]:
        """Return what the server says of its models; nothing if it does not say."""
        sdk = self._sdk.with_options(timeout=LIST_TIMEOUT)
        try:
            response = sdk.get(
                "/v1/models", cast_to=httpx2.Response, options={"params": {"limit": 1000}}
            )
            return listings(response.json())
        except FAULTS:
            return []

    def close(self) -> None:
        """Close the connections that are idle."""
        self._sdk.close()


def _sdk(api_key: str, base_url: str, http_client: httpx2.Client) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key=api_key,
        base_url=base_url,
        http_client=http_client,
        timeout=TIMEOUT,
        max_retries=0,
        open_telemetry=False,
    )


def _without_version(base_url: str) -> str:
    # The SDK adds /v1 itself.
    return base_url.strip().rstrip("/").removesuffix("/v1").rstrip("/")
