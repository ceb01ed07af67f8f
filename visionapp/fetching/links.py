"""Reads links strictly: what is asked for is rebuilt from the parts that were checked."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urljoin, urlsplit

import idna

from visionapp.fetching.refusals import LinkInvalid, LinkRefused

LONGEST = 2000
PORTS = {"http": 80, "https": 443}

# No "@", so no password; no "%", so no IPv6 zone and no name in disguise.
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]@:%]+))(?::([1-9][0-9]{0,4})?)?")
_NAME = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_KEPT = "/%:@!$&'()*+,;=-._~[]"


@dataclass(frozen=True, slots=True)
class Link:
    """A link in ASCII: the host in lower case, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host as it is named to the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def onward(self, location: str) -> "Link":
        """Return where a redirect leads; raises LinkRefused."""
        try:
            here = f"{self.scheme}://{self.authority}{self.target}"
            there = parse(urljoin(here, _plain(location)))
        except (LinkInvalid, ValueError):
            raise LinkRefused("a redirect to no proper link") from None
        if (self.scheme, there.scheme) == ("https", "http"):
            raise LinkRefused("a redirect from https to http")
        return there


def parse(text: str) -> Link:
    """Return the link without its fragment; raises LinkInvalid."""
    try:
        parts = urlsplit(_plain(text.strip()))
    except ValueError:
        raise LinkInvalid from None
    authority = _AUTHORITY.fullmatch(parts.netloc)
    if parts.scheme not in PORTS or authority is None:
        raise LinkInvalid
    literal, name, port = authority.groups()
    return Link(
        scheme=parts.scheme,
        host=_literal(literal) if literal else _name(name),
        port=int(port) if port else PORTS[parts.scheme],
        target=_target(parts.path, parts.query),
    )


def _plain(text: str) -> str:
    """Refuse what urllib would drop without a word, and so read as another link."""
    if len(text) > LONGEST or any(unicodedata.category(char) in _CONTROL for char in text):
        raise LinkInvalid
    return text


def _literal(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise LinkInvalid from None


def _name(text: str) -> str:
    """Return a host name in ASCII without the dot that may end it."""
    try:
        name = text if text.isascii() else idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        raise LinkInvalid from None
    name = name.lower().removesuffix(".")
    if not _NAME.fullmatch(name):
        raise LinkInvalid
    return name


def _target(path: str, query: str) -> str:
    """Return what stands in the request's first line; what is encoded already stays as it is."""
    target = quote(path or "/", safe=_KEPT)
    return f"{target}?{quote(query, safe=_KEPT + '?')}" if query else target
