"""The Markdown of answers: CommonMark with tables and strikethrough, no HTML, no pictures.

Reference definitions (``[1]: https://…``) stay visible text: a piece is rendered alone, and one
definition at an answer's end would change pieces that are already final.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import table
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LINK = re.compile(r"https?://[^/]|mailto:[^/]", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z0-9+-]+")
HEADINGS = {"h1": "h3", "h2": "h4"}
TABLE_START = '<div class="table-scroll" tabindex="0" role="region" aria-label="Table"><table>'
TABLE_END = "</tbody></table></div>"


def language_of(info: str) -> str:
    """Return the language that a fence names, or nothing when it is not a simple name."""
    name = info.strip().split(maxsplit=1)[0].lower() if info.strip() else ""
    return name if LANGUAGE.fullmatch(name) else ""


def code(language: str, text: str) -> str:
    """Return a code block as HTML."""
    name = f' class="language-{language}"' if language else ""
    return f"<pre><code{name}>{escapeHtml(text)}</code></pre>"


def host_of(address: str) -> str:
    """Return the host of a link, or the mailbox of a mailto link."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets around what is no IPv6 address
        return ""
    return parts.path if parts.scheme == "mailto" else parts.hostname or ""


def _names(text: str, host: str) -> bool:
    pattern = rf"(https?://|mailto:)?(www\.)?{re.escape(host)}([/?#:].*)?"
    return re.fullmatch(pattern, text.strip(), re.IGNORECASE | re.DOTALL) is not None


class AnswerRenderer(RendererHTML):
    """Renders tokens: headings below the page's own, links that show where they lead."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<{HEADINGS.get(tokens[idx].tag, 'h5')}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</{HEADINGS.get(tokens[idx].tag, 'h5')}>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return code(language_of(tokens[idx].info), tokens[idx].content) + "\n"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        host = host_of(str(tokens[idx].attrGet("src") or ""))
        return f"[picture link removed: {escapeHtml(host or 'no host')}]"

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        before = [*takewhile(lambda token: token.type != "link_open", reversed(tokens[:idx]))]
        opening = tokens[idx - len(before) - 1]
        host = host_of(str(opening.attrGet("href") or ""))
        if _names("".join(token.content for token in reversed(before)), host):
            return "</a>"
        return f' <span class="link-host">{escapeHtml(host)}</span></a>'

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return TABLE_START

    # Every table has a body, so that a stream can add rows to one that has none yet.
    def thead_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</thead><tbody>"

    def tbody_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return ""

    tbody_close = tbody_open

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return TABLE_END + "\n"

    def th_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        side = str(token.attrGet("style") or "").removeprefix("text-align:")
        return f'<{token.tag} class="align-{side}">' if side else f"<{token.tag}>"

    td_open = th_open


class Dialect(MarkdownIt):
    """The parser of answers. Safe to share among threads once built."""

    def __init__(self) -> None:
        """Build the rules, and use them once: markdown-it compiles its chains on first use."""
        super().__init__("commonmark", {"html": False}, renderer_cls=AnswerRenderer)
        self.enable("strikethrough")
        self.disable(["html_block", "html_inline", "reference"])
        # A table is tried last, as GitHub does: a fence, list or quote that is open on a page
        # must not turn into a table's head by what follows.
        self.block.ruler.before("lheading", "late_table", table, {"alt": ["paragraph"]})
        self.render("a\n\n- b")

    def validateLink(self, url: str) -> bool:  # noqa: N802  (the name is markdown-it's)
        """Tell whether a link may stay one; others are shown as the text they are."""
        return LINK.match(url) is not None


DIALECT = Dialect()
