"""What was streamed in any chunks equals what is rendered at once."""

import random
import re

import pytest

from tests.support.page import Page, read
from visionapp.markup import cutting, pieces
from visionapp.markup.pieces import AnswerPieces, Put, Words
from visionapp.markup.render import render

SNIPPETS = [
    *("a", "b c", "word ", " ", "  ", "    ", "\n", "\n", "\n\n", "- ", "* ", "1. ", "2) ", "> "),
    *(
        "# ",
        "## ",
        "```",
        "```\n",
        "~~~",
        "`",
        "``",
        "**",
        "*",
        "_",
        "__",
        "~~",
        "|",
        "|---|",
        "---",
    ),
    *("| a | b |\n|---|:-:|\n", "\n| c | d |", "\n```py\ncode x\n```\n", "\n- item", "\n  - sub"),
    *(
        "===",
        "-",
        "=",
        "[x](http://a.b)",
        "[a",
        "](",
        "![p](https://h/x.png)",
        "<http://x.y>",
        "<b>",
    ),
    *(
        "&amp;",
        "&nbsp;",
        "\u00a0",
        "&lt",
        "&",
        "\\",
        "\t",
        "12",
        "3.",
        ".",
        "é",
        "日本",
        "\u202e",
        "\r",
        "<",
        "\\|",
    ),
    *('word. Another, "thing" (ok) it\'s 5% ', "\n1. one", "<br>"),
]

ANSWER = """# Sales

Sales **rose** in *every* quarter; see [the report](https://example.com/q).

| Year | Sales |
|:-----|------:|
| 2023 | 12 |
| 2024 | **15** |

1. First, with `code`
2. Second
   - nested

   and a second paragraph
3. Third

> Quoted words
> go on

```python
total = sum(x for x in rows if x < 3)

print(total)
```

Setext
------

The end & nothing more.
"""


def dice(seed: int) -> random.Random:
    return random.Random(seed)


def random_text(seed: int) -> str:
    source = dice(seed)
    return "".join(source.choice(SNIPPETS) for _ in range(source.randint(1, 120)))


def chunked(text: str, seed: int):
    source = dice(seed)
    longest = source.choice([1, 3, 8, 30, 200])
    while text:
        size = source.randint(1, longest)
        yield text[:size]
        text = text[size:]


def streamed(chunks) -> Page:
    page, answer = Page(), AnswerPieces()
    for chunk in chunks:
        page.apply(answer.feed(chunk))
    return page.apply(answer.finish())


@pytest.mark.parametrize("seed", range(30))
def test_a_streamed_answer_equals_the_rendered_one_however_it_is_cut(seed):
    assert streamed(chunked(ANSWER, seed)).tree() == read(render(ANSWER)).tree()


@pytest.mark.parametrize("seed", range(120))
def test_random_markdown_streams_to_what_is_rendered_at_once(seed):
    text = random_text(seed)
    assert streamed(chunked(text, seed)).tree() == read(render(text)).tree()


@pytest.mark.parametrize("seed", range(120))
def test_the_limits_of_pieces_do_not_depend_on_chunks(seed, monkeypatch):
    for module in (cutting, pieces):
        monkeypatch.setattr(module, "LIMIT", 60)
    monkeypatch.setattr(cutting, "MOST", 150)
    monkeypatch.setattr(cutting, "WINDOW", dice(seed).choice([7, 50, 4096]))
    text = random_text(seed + 1000)
    assert streamed(chunked(text, seed)).tree() == read(render(text)).tree()


@pytest.mark.parametrize("seed", range(20))
def test_every_moment_shows_what_the_text_so_far_means(seed):
    page, answer, so_far = Page(), AnswerPieces(), ""
    for chunk in chunked(random_text(seed), seed):
        so_far += chunk
        page.apply(answer.feed(chunk))
        assert page.tree() == Page().apply(AnswerPieces().feed(so_far)).tree(), so_far


def test_the_first_word_is_shown_at_once():
    assert AnswerPieces().feed("Sales") == [Put(0, "block", "<p>Sales</p>")]


def test_plain_prose_needs_one_element_and_then_only_words():
    answer = AnswerPieces()
    assert answer.feed("Sales ") == [Put(0, "block", "<p>Sales</p>")]
    for word in ["rose", "by", "4%", "in", "May."]:
        assert answer.feed(f"{word} ") == [Words(0, f" {word}")]


def test_an_open_marker_is_text_until_it_is_closed():
    answer = AnswerPieces()
    answer.feed("It **rose")
    assert answer.feed(" fast**") == [Put(0, "block", "<p>It <strong>rose fast</strong></p>")]


@pytest.mark.parametrize("start", ["#", "- ", "12", "1.", "* *", "```py", "> ", "  ", "---"])
def test_a_line_that_may_mean_several_things_waits(start):
    assert AnswerPieces().feed(start) == []


def test_what_waits_at_the_end_is_shown():
    answer = AnswerPieces()
    assert answer.feed("1999") == []
    assert answer.finish() == [Put(0, "block", "<p>1999</p>")]


def test_rows_items_and_code_go_into_what_stands_before():
    text = "- a\n- b\n\n| h |\n|---|\n| r |\n\n```\n" + "x = 1\n" * 400 + "```\n"
    kinds = [change.kind for change in AnswerPieces().feed(text) if isinstance(change, Put)]
    assert kinds == ["block", "items", "block", "rows", "block", "code"]


def test_items_of_one_list_share_one_list_and_go_on_counting():
    html = render("3. c\n4. d\n5. e\n")
    assert html.count("<ol") == 1
    assert '<ol start="3">' in html
    assert html.count("<li>") == 3


def test_a_final_piece_is_never_touched_again():
    page, answer = Page(), AnswerPieces()
    for chunk in chunked(ANSWER * 5, 1):
        page.apply(answer.feed(chunk))  # the page refuses changes before its last piece
    page.apply(answer.finish())
    assert len(page.pieces) > 40


def test_a_header_without_its_second_line_is_a_paragraph_and_then_a_table():
    answer = AnswerPieces()
    assert answer.feed("| a | b |\n") == [Put(0, "block", "<p>| a | b |</p>")]
    (change,) = answer.feed("|---|---|\n")
    assert isinstance(change, Put)
    assert change.html.endswith("<tbody></tbody></table></div>")


def test_words_beyond_a_long_unbroken_piece_show_at_once_and_are_formatted_later():
    answer = AnswerPieces()
    answer.feed("word " * 1000)
    answer.feed("**")
    assert answer.feed("bold**") == [Words(0, "bold**")]
    page = streamed(["word " * 1000, "**", "bold**"])
    assert "strong" in str(page.tree())


def test_browser_work_grows_with_the_answer_not_with_its_square():
    def html_sent(rows: int) -> int:
        text = (
            "| a | b |\n|---|---|\n" + "| some words | **x** |\n" * rows + "\n\n" + ANSWER * rows
        )
        answer = AnswerPieces()
        words = re.findall(r"\S+\s*", text)
        changes = [change for word in words for change in answer.feed(word)]
        return sum(len(change.html) for change in changes if isinstance(change, Put))

    assert html_sent(40) < 4.5 * html_sent(10)


def test_words_of_a_cell_beyond_the_last_column_stay_hidden():
    page, answer = Page(), AnswerPieces()
    for chunk in ["| h |\n|---|\n", "a", "-|b-", "-|b", "c", " d"]:
        page.apply(answer.feed(chunk))
    assert page.apply(answer.finish()).tree() == read(render("| h |\n|---|\na-|b--|bc d")).tree()
    assert "d" not in page.pieces[-1].nodes[0].tree()[2][1][2][0]
