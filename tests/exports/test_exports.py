"""A conversation leaves as Markdown, alone or with its pictures."""

import io
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from zipfile import ZIP_STORED, ZipFile

import pytest
from markdown_it import MarkdownIt

from visionapp.errors import Missing
from visionapp.exports.archive import as_zip
from visionapp.exports.document import Document, ExportedPicture, ExportedTurn
from visionapp.exports.formats import EXPORTERS, FormatUnknown, exporter, file_name
from visionapp.exports.markdown import as_markdown, escape
from visionapp.exports.names import picture_paths
from visionapp.reply import Usage

MOMENT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


class Album:
    """Hands out pictures, and remembers how many are open at once."""

    def __init__(self) -> None:
        self.open_now = 0
        self.most_open = 0
        self.opened = 0

    def picture(self, name: str, data: bytes = b"bytes", label: str = "") -> ExportedPicture:
        return ExportedPicture(label, name, 1200, 800, lambda: _Opened(self, data))


class _Opened(io.BytesIO):
    def __init__(self, album: Album, data: bytes) -> None:
        super().__init__(data)
        self.album = album
        album.opened += 1
        album.open_now += 1
        album.most_open = max(album.most_open, album.open_now)

    def close(self) -> None:
        if not self.closed:
            self.album.open_now -= 1
        super().close()


class Pipe(io.RawIOBase):
    """A target that only takes bytes, as a response does."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.data += bytes(data)
        return len(data)


def a_turn(**changes) -> ExportedTurn:
    turn = ExportedTurn("Which year?", "It was **1999**.", "Claude Sonnet 5.5", settled_at=MOMENT)
    return replace(turn, **changes)


def a_document(*turns: ExportedTurn, title: str = "Sales") -> Document:
    return Document(title, MOMENT, turns or (a_turn(),))


def plain(*turns: ExportedTurn, title: str = "Sales") -> str:
    return as_markdown(a_document(*turns, title=title), picture_links=False)


def shown(markdown: str) -> str:
    """The words a reader sees."""
    html = MarkdownIt("commonmark").render(markdown)
    return unescape("".join(part.partition(">")[2] for part in f">{html}".split("<")))


def test_a_conversation_reads_from_top_to_bottom():
    text = plain(a_turn(), a_turn(question="And then?", answer="2000."))
    places = [
        text.index(words) for words in ("# Sales", "Which year?", "**1999**", "And then?", "2000.")
    ]
    assert places == sorted(places)


def test_it_says_which_model_answered_when_and_for_how_much():
    turn = a_turn(usage=Usage(10, 1200, 100, 50), cost_usd=Decimal("0.01230"))
    assert (
        "*Claude Sonnet 5.5 · 22 November 2026, 14:05 UTC · 1,310 tokens in, 50 out"
        " · 0.0123 USD · Visionapp*"
    ) in plain(turn)


def test_what_is_not_known_is_left_out():
    assert "\n*Claude Sonnet 5.5 · Visionapp*\n" in plain(a_turn(settled_at=None))


def test_an_answer_stays_as_it_was_written():
    answer = "# Head\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- *x*"
    assert f"\n\n{answer}\n\n" in plain(a_turn(answer=answer))


def test_an_answer_that_is_not_whole_says_so():
    assert "**Stopped before its end.**" in plain(a_turn(state_words="Stopped before its end."))
    assert "Stopped" not in plain(a_turn())


def test_a_failed_turn_without_an_answer_still_says_what_happened():
    text = plain(a_turn(answer="", state_words="Failed: Claude is busy."))
    assert "## Answer 1\n\n**Failed: Claude is busy.**" in text


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_code_that_was_cut_off_does_not_swallow_the_next_turn(fence):
    html = MarkdownIt("commonmark").render(plain(a_turn(answer=f"{fence}py\nx = 1"), a_turn()))
    assert "<h2>Question 2</h2>" in html


def test_a_question_is_quoted_line_by_line_and_nothing_in_it_is_markup():
    question = "# One\n1. two\n- three\n\n<b>four</b> ![x](http://evil.example/y.png) $5"
    html = MarkdownIt("commonmark").render(plain(a_turn(question=question)))
    quote = html[html.index("<blockquote>") : html.index("</blockquote>")]
    assert "<b>" not in quote
    assert "<img" not in quote
    assert quote.count("<br />") == 2
    assert shown(html).count("# One") == 1


@pytest.mark.parametrize("seed", range(50))
def test_any_words_survive_escaping(seed):
    dice = random.Random(seed)
    words = "".join(dice.choice("\\`*_{}[]()<>#+-.!|~$&^@=%:;\"'a1 é") for _ in range(60)).strip()
    assert shown(escape(words)).strip() == words


def test_a_title_cannot_break_out_of_its_line():
    text = plain(title="Sales\n\n# Other <img src=x> \u202e[a](b) #")
    assert text.splitlines()[0] == r"# Sales \# Other \<img src\=x\> \[a\](b) \#"


def test_plain_markdown_names_pictures_without_opening_them():
    album = Album()
    turn = a_turn(pictures=(album.picture("ch[a]rt.png", label="Image 1"),))
    assert r"- Image 1: ch\[a\]rt.png (1200 by 800 pixels)" in plain(turn)
    assert "](" not in plain(turn)
    assert album.opened == 0


def test_a_picture_that_was_taken_out_says_so():
    picture = Album().picture("chart.png", label="Image 1")
    text = plain(a_turn(pictures=(picture, replace(picture, label="Image 2", taken_out=True))))
    assert "- Image 1: chart.png (1200 by 800 pixels)\n" in text
    assert "- Image 2: chart.png (1200 by 800 pixels), taken out of the thread\n" in text


def test_a_zip_holds_the_page_and_its_pictures():
    album, target = Album(), io.BytesIO()
    first = a_turn(
        pictures=(album.picture("Chart Ä.PNG", b"one"), album.picture("Chart A.png", b"two"))
    )
    second = a_turn(pictures=(album.picture("photo.jpeg", b"three"),))
    as_zip(a_document(first, second), target)
    with ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            *(
                "sales.md",
                "pictures/1-chart-a.png",
                "pictures/2-chart-a.png",
                "pictures/3-photo.jpeg",
            ),
        ]
        assert archive.read("pictures/3-photo.jpeg") == b"three"
        assert archive.getinfo("pictures/1-chart-a.png").compress_type == ZIP_STORED
        page = archive.read("sales.md").decode()
    html = MarkdownIt("commonmark").render(page)
    for path in ("1-chart-a.png", "2-chart-a.png", "3-photo.jpeg"):
        assert f'<img src="pictures/{path}"' in html
        assert f'<a href="pictures/{path}"' in html


def test_pictures_are_written_one_at_a_time_to_a_target_that_cannot_seek():
    album, target = Album(), Pipe()
    turn = a_turn(pictures=tuple(album.picture(f"{n}.png", bytes(300_000)) for n in range(5)))
    as_zip(a_document(turn), target)
    assert (album.opened, album.most_open, album.open_now) == (5, 1, 0)
    assert len(ZipFile(io.BytesIO(target.data)).read("pictures/5-4.png")) == 300_000


def test_a_picture_that_is_gone_fails_the_export():
    def gone():
        raise FileNotFoundError("chart.png")

    turn = a_turn(pictures=(ExportedPicture("", "chart.png", 1, 1, gone),))
    with pytest.raises(FileNotFoundError):
        as_zip(a_document(turn), io.BytesIO())


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "pictures/1-etc-passwd"),
        ("C:\\con.png", "pictures/1-c-con.png"),
        ("x.exe", "pictures/1-x-exe"),
        ("日本.webp", "pictures/1-picture.webp"),
        ("", "pictures/1-picture"),
        (".png", "pictures/1-picture.png"),
        ("a" * 300 + ".jpg", f"pictures/1-{'a' * 60}.jpg"),
        ("a\x00b\u202e.gif", "pictures/1-a-b.gif"),
    ],
)
def test_a_picture_is_kept_under_a_safe_name(name, path):
    assert list(picture_paths(a_document(a_turn(pictures=(Album().picture(name),))))) == [path]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Sales in Québec / 2024", "sales-in-quebec-2024.md"),
        ("日本", "conversation.md"),
        ("../..", "conversation.md"),
        ('a"\r\nb', "a-b.md"),
    ],
)
def test_a_file_name_is_safe_in_a_header_and_on_a_disk(title, name):
    assert file_name(title, "md") == name


@pytest.mark.parametrize("name", ["md", "zip"])
def test_each_exporter_writes_its_format(name):
    target = io.BytesIO()
    exporter(name).write(a_document(), target)
    begin = {"md": b"# Sales", "zip": b"PK"}[name]
    assert target.getvalue().startswith(begin)
    assert EXPORTERS[name].extension == name
    assert EXPORTERS[name].media_type


def test_an_unknown_format_is_missing_and_says_what_there_is():
    with pytest.raises(FormatUnknown, match="md, zip") as raised:
        exporter("rtf")
    assert raised.value.code == "export.format_unknown"
    assert isinstance(raised.value, Missing)


def test_odd_characters_of_an_answer_can_be_encoded():
    target = io.BytesIO()
    exporter("md").write(a_document(a_turn(answer="a\ud800b")), target)
    assert b"ab" in target.getvalue()
