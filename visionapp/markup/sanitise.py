"""Keeps only the elements and attributes that an answer may have, whatever was rendered."""

import re

import nh3

from visionapp.markup.characters import UNWANTED

TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h3",
        "h4",
        "h5",
        "hr",
        "li",
        "ol",
        "p",
    ),
    *("pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href"},
    "code": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
}
CLASSES = re.compile(r"language-[a-z0-9+-]+|align-(left|right|center)|link-host|table-scroll")


def _filter(element: str, attribute: str, value: str) -> str | None:
    if attribute == "class" and not CLASSES.fullmatch(value):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    link_rel="noopener noreferrer nofollow ugc",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto"},
)


def sanitise(html: str) -> str:
    """Return the HTML with all else removed, also characters that entities brought back."""
    return UNWANTED.sub("", _CLEANER.clean(html))
