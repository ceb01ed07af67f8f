"""Takes from an answer's Markdown what would come alive in another program.

An answer may repeat what a hostile picture told the model to say. Programs that show the export
would fetch the pictures it names, and so tell a stranger what was read; some run its HTML.
"""

import re
from collections.abc import Iterator

FENCE = re.compile(r"\s*(?:[-*+>]\s+)*(`{3,}|~{3,})")
LIVELY = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`).+?(?<!`)\2(?!`))"
    r"|(?P<link><(?:https?://|mailto:)[^\s<>]*>)"
    r"|(?P<picture>!\[)"
    r"|(?P<html><(?=[A-Za-z/!?]))"
)


def harmless(markdown: str) -> str:
    """Return the same words with pictures and HTML as text; code stays as it is."""
    return "\n".join(_lines(markdown.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        found = FENCE.match(line)
        if fence:
            yield line
            if found and found[1].startswith(fence):
                fence = ""
            continue
        if found:
            fence = found[1]
            yield line
        else:
            yield LIVELY.sub(_as_text, line)


def _as_text(match: re.Match[str]) -> str:
    if match["picture"]:
        return "!\\["
    return "\\<" if match["html"] else match[0]
