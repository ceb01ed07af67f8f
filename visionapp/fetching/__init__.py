"""Fetches a picture from a public address, for a person who pasted a link to it.

Nothing but a person's own paste may lead here: a link out of a model's answer would carry
secrets away with it. No address inside the server's own network can be reached::

    fetch      what the app calls: asks, follows redirects, within one deadline
    links      what a link must look like, and where a redirect leads
    backend    looks a name up once, checks every address, connects to a checked one
    addresses  which addresses are public
    answers    what of an answer is kept, and under which name
    refusals   what can go wrong, in words
"""

from visionapp.fetching.fetch import Fetched, fetch
from visionapp.fetching.refusals import (
    LinkInvalid,
    LinkRefused,
    LinkTooLarge,
    NotAPicture,
    TooManyLinks,
)

__all__ = [
    "Fetched",
    "LinkInvalid",
    "LinkRefused",
    "LinkTooLarge",
    "NotAPicture",
    "TooManyLinks",
    "fetch",
]
