"""What an answer may look like, and what it may never carry."""

import pytest

from tests.support.page import elements, read
from visionapp.markup.dialect import DIALECT
from visionapp.markup.render import render
from visionapp.markup.sanitise import sanitise


def tags(html: str) -> set[str]:
    return {node.tag for node in elements(read(html))}


def test_nothing_gives_nothing():
    assert render("") == render(" \n\n") == ""


def test_each_block_stands_in_a_piece():
    assert (
        render("One\n\nTwo")
        == '<div class="piece"><p>One</p></div><div class="piece"><p>Two</p></div>'
    )


@pytest.mark.parametrize(
    ("markdown", "tag"), [("# x", "h3"), ("## x", "h4"), ("### x", "h5"), ("###### x", "h5")]
)
def test_headings_stand_below_the_pages_own(markdown, tag):
    assert f"<{tag}>x</{tag}>" in render(markdown)


def test_a_table_can_be_scrolled_and_aligns_by_class():
    html = render("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n")
    assert (
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Table"><table>' in html
    )
    for side in ("left", "center", "right"):
        assert f'<th class="align-{side}">' in html
        assert f'<td class="align-{side}">' in html
    assert "style" not in html


def test_rows_cannot_fill_a_page_with_empty_cells():
    html = render("|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "|b\n" * 5000)
    assert html.count("<td") < 30_000


def test_a_code_block_keeps_its_text_and_a_simple_language():
    assert '<code class="language-c++">a &lt; b\n</code>' in render("```C++ title\na < b\n```")
    assert "<code>x\n</code>" in render('```"><script>\nx\n```')


def test_a_long_code_block_is_one_block():
    lines = "".join(f"line {number} <tag>\n" for number in range(1000))
    body = read(render(f"```\n{lines}```\n"))
    (code,) = [node for node in elements(body) if node.tag == "code"]
    assert code.tree()[2] == (lines,)


def test_html_is_shown_as_text():
    html = render(
        "<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n<div onclick=x>y</div>"
    )
    assert tags(html) == {"body", "div", "p"}
    assert "&lt;script&gt;" in html
    assert "&lt;img" in html


@pytest.mark.parametrize(
    "markdown",
    [
        "![secret](https://evil.example/p.png?data=1)",
        "![secret](//evil.example/p.png)",
        "[![secret](https://evil.example/p.png)](https://evil.example/)",
        "![secret][r]\n\n[r]: https://evil.example/p.png",
        "| a |\n|---|\n| ![s](https://evil.example/x) |",
    ],
)
def test_no_picture_is_ever_loaded(markdown):
    html = render(markdown)
    assert "img" not in tags(html)
    assert "src=" not in html


def test_a_picture_leaves_a_note_with_its_host():
    assert "[picture link removed: evil.example]" in render("![x](https://evil.example/p.png)")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "/logout",
        "//evil.example",
        "x",
        "ftp://a.b/",
    ],
)
def test_other_links_than_web_and_mail_stay_text(target):
    html = render(f"[click]({target}) <{target}>")
    assert "href" not in html
    assert target.split("(")[0] in html


def test_a_link_shows_where_it_leads_and_gives_nothing_away():
    html = render("[the report](https://example.com/q?a=1)")
    assert 'href="https://example.com/q?a=1"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer nofollow ugc"' in html
    assert '<span class="link-host">example.com</span>' in html


@pytest.mark.parametrize("text", ["example.com", "www.example.com/q", "https://example.com/q"])
def test_a_link_that_names_its_host_does_not_repeat_it(text):
    assert "link-host" not in render(f"[{text}](https://example.com/q)")


@pytest.mark.parametrize(
    ("markdown", "host"),
    [
        ("[https://bank.example/](https://evil.example/)", "evil.example"),
        ("[bank.example](https://bank.example@evil.example/)", "evil.example"),
        ("[https://bank.example/?evil.example](https://evil.example/)", "evil.example"),
        ("[bank.example](https://bank.example.evil.example/)", "bank.example.evil.example"),
        ("[write](mailto:me@example.com)", "me@example.com"),
    ],
)
def test_a_link_that_names_another_host_shows_the_real_one(markdown, host):
    assert f'<span class="link-host">{host}</span>' in render(markdown)


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\x00", "\x1b", "\x7f", "\x9b", "\U000e0041", "\ud800"]
)
def test_hidden_and_turning_characters_are_dropped(hidden):
    assert render(f"ab{hidden}cd") == render("abcd")


def test_an_entity_cannot_bring_a_hidden_character_back():
    assert "\u202e" not in render("a&#x202e;b `&#x202e;`")


def test_pieces_joined_are_what_the_whole_text_means():
    text = "A *b* ~~c~~ `d`\ne  \nf\n\n> q\n>\n> - r\n\n---\n\nH\n===\n\n    code"
    pieces = render(text).replace('<div class="piece">', "").replace("</div>", "")
    whole = sanitise(DIALECT.render(text))
    assert pieces.replace("\n", "") == whole.replace("\n", "")
    assert {"em", "s", "code", "br", "blockquote", "ul", "hr", "h3", "pre"} <= tags(whole)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60_000,
        "![a" * 20_000,
        "*a **a " * 8_000,
        "".join("`" * size + " " for size in range(1, 330)),
        "> " * 30_000 + "a",
        "- " * 30_000 + "a",
        "|a|\n|-|\n\n" * 5_000,
        "```\n```\n" * 7_000,
        "-\n" * 30_000,
        "\n".join(" " * (2 * (line % 40)) + "- a" for line in range(1500)),
    ],
    ids=[
        "brackets",
        "pictures",
        "emphasis",
        "backticks",
        "quotes",
        "lists",
        "tables",
        "fences",
        "items",
        "deep",
    ],
)
def test_hostile_text_is_rendered_piece_by_piece(text):
    html = render(text)
    assert len(html) < 100 * len(text)


def test_a_line_without_end_is_shown_as_plain_text():
    html = render("**a** " * 5_000)
    assert "<strong>" not in html
    assert "**a**" in html
