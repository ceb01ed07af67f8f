"""What the app calls: fetches what a link leads to, within limits."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import httpcore2

from visionapp.fetching import answers
from visionapp.fetching.backend import Connect, Deadline, PublicNetwork, Resolve, connect, look_up
from visionapp.fetching.links import Link, parse
from visionapp.fetching.refusals import (
    LinkRefused,
    LinkTooLarge,
    NotAPicture,
    TooManyLinks,
)

REDIRECTS = 3

AT_ONCE = 4
"""Links that one process fetches: each may hold a thread and a connection for the whole time."""

HEADERS = [
    ("User-Agent", "Visionapp"),
    ("Accept", "image/*,application/pdf"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
]

log = logging.getLogger("visionapp.fetching")


@dataclass(frozen=True, slots=True)
class Fetched:
    """The name as the other side gives it, so not to be trusted, and the bytes written."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, between two pieces, and for everything from the first look-up on."""

    connect: float = 3.0
    read: float = 5.0
    total: float = 15.0


class Fetcher:
    """Fetches by the resolver and the network that it is given; keeps nothing in between."""

    def __init__(
        self,
        *,
        resolve: Resolve = look_up,
        connect: Connect = connect,
        limits: Limits = Limits(),
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._limits = limits
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def fetch(self, url: str, into: IO[bytes], *, most: int) -> Fetched:
        """Write what the link leads to; see :func:`fetch`."""
        trail = [parse(url)]
        if not self._places.acquire(blocking=False):
            raise TooManyLinks
        try:
            return self._followed(trail, into, most)
        except (LinkRefused, LinkTooLarge, NotAPicture) as refusal:
            # The host alone: the rest of a link may be a key to what it leads to.
            log.info("a link to %s was refused: %s", trail[-1].host, refusal.reason)
            raise
        finally:
            self._places.release()

    def _followed(self, trail: list[Link], into: IO[bytes], most: int) -> Fetched:
        """Ask the end of the trail, which each redirect makes longer, for something to keep."""
        deadline = Deadline(self._limits.total)
        while len(trail) <= 1 + REDIRECTS:
            with self._asked(trail[-1], deadline) as response:
                location = answers.redirect(response)
                if location is None:
                    size = answers.keep(response, into, most)
                    return Fetched(answers.name(response, trail[-1]), size)
                trail.append(trail[-1].onward(location))
        raise LinkRefused("too many redirects")

    @contextlib.contextmanager
    def _asked(self, link: Link, deadline: Deadline) -> Iterator[httpcore2.Response]:
        """Ask over a connection of its own, so that each redirect meets all checks again."""
        network = PublicNetwork(self._resolve, self._connect, deadline)
        limits = self._limits
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read}
        url = httpcore2.URL(scheme=link.scheme, host=link.host, port=link.port, target=link.target)
        headers = [("Host", link.authority), *HEADERS]
        try:
            with (
                httpcore2.ConnectionPool(network_backend=network) as pool,
                pool.stream(
                    "GET", url, headers=headers, extensions={"timeout": timeout}
                ) as response,
            ):
                yield response
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as failure:
            raise LinkRefused(f"{type(failure).__name__}: {failure}") from None
        except httpcore2.ProtocolError:
            # Its words hold lines of the answer, and so perhaps the whole link.
            raise LinkRefused("no proper HTTP") from None


_FETCHER = Fetcher()


def fetch(url: str, into: IO[bytes], *, most: int) -> Fetched:
    """Write what a public link leads to, at most so many bytes; takes 15 seconds at most.

    Raises the refusals of ``fetching.refusals``, also after some bytes were written, and
    OSError when ``into`` cannot be written.
    """
    return _FETCHER.fetch(url, into, most=most)
