"""File names are shown and never used."""

import pytest

from visionapp.uploads.names import LONGEST, clean_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("chart.png", "chart.png"),
        ("Umsätze 2025 売上.png", "Umsätze 2025 売上.png"),
        ("C:\\Users\\me\\chart.png", "chart.png"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc\x1b[31m.png", "a b c [31m.png"),
        ("gnp.\u202egpj.exe", "gnp. gpj.exe"),
        ("zero\u200bwidth\ufeff.png", "zero width .png"),
        ("lone\ud800half.png", "lone half.png"),
        ("line\u2028break.png", "line break.png"),
        ("  much \t space  .png", "much space .png"),
        ("-rf.png", "rf.png"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_cleaned_to_what_can_be_shown(raw, shown):
    assert clean_name(raw) == shown


@pytest.mark.parametrize("raw", ["", "   ", "..", "uploads/", "\u202e", "\x00"])
def test_a_name_of_which_nothing_is_left_is_called_picture(raw):
    assert clean_name(raw) == "picture"


def test_a_name_of_a_thousand_characters_is_cut():
    assert clean_name("x" * 1000) == "x" * LONGEST


def test_a_name_that_fits_is_not_cut():
    name = "x" * (LONGEST - 4) + ".png"

    assert clean_name(name) == name
