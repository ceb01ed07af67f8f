"""Takes from an answer's Markdown what would come alive in another program.

An answer may repeat what a hostile picture told the model to say. Programs that show the export
would fetch the pictures it names, and so tell a stranger what was read; some run its HTML.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt

READER = MarkdownIt("commonmark").enable("table")
CODE_BLOCKS = {"fence", "code_block"}
LIVELY_BLOCKS, LIVELY_INLINES = {"html_block"}, {"image", "html_inline"}
LIVELY = re.compile(r"(\\*)(!\[|<(?!(?:https?://|mailto:)[^\s<>]*>)(?=[A-Za-z/!?]))")
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)")


def harmless(markdown: str) -> str:
    """Return the same words with pictures and HTML as text.

    What comes alive nowhere stays to the letter. Each further way is tried on what a reader would
    still bring to life: first the marks outside of code, then all, then the whole as code.
    """
    ways: tuple[Callable[[str], str], ...] = (_as_it_is, _outside_code, _everywhere)
    for way in ways:
        text = way(markdown)
        if not _is_lively(text):
            return text
    return _as_code(markdown)


def _as_it_is(markdown: str) -> str:
    return markdown


def _is_lively(markdown: str) -> bool:
    for token in READER.parse(markdown):
        if token.type in LIVELY_BLOCKS:
            return True
        if any(child.type in LIVELY_INLINES for child in token.children or ()):
            return True
    return False


def _outside_code(markdown: str) -> str:
    lines = markdown.split("\n")
    code = {
        number
        for token in READER.parse(markdown)
        if token.type in CODE_BLOCKS and token.map
        for number in range(*token.map)
    }
    return "\n".join(
        line if number in code else _outside_spans(line) for number, line in enumerate(lines)
    )


def _outside_spans(line: str) -> str:
    parts: list[str] = []
    end = 0
    for span in CODE_SPAN.finditer(line):
        parts += [_everywhere(line[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, _everywhere(line[end:])])


def _everywhere(text: str) -> str:
    return LIVELY.sub(_as_text, text)


def _as_text(match: re.Match[str]) -> str:
    """Escape the mark, unless an odd number of backslashes already does."""
    slashes, mark = match.groups()
    if len(slashes) % 2:
        return match[0]
    return slashes + ("!\\[" if mark == "![" else "\\<")


def _as_code(markdown: str) -> str:
    longest = max((len(run) for run in re.findall("`+", markdown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{markdown}\n{fence}"
