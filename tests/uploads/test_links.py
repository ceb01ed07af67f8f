"""Pictures by link: fetched into a temporary file, then taken in as any other."""

from pathlib import Path

import pytest

from tests.support import pictures
from tests.support.builders import a_picture, a_png
from tests.support.disk import kept_files
from visionapp.errors import StorageFull, VisionError
from visionapp.fetching import Fetched, LinkRefused, LinkTooLarge, TooManyLinks
from visionapp.preparation.refusals import Empty, UnsupportedType
from visionapp.uploads import intake, quota
from visionapp.uploads.models import Picture
from visionapp.uploads.refusals import PictureTooLarge

LINK = "https://example.com/charts/sales.png?size=full"


class Web:
    """Stands in for what links lead to; remembers what it was asked."""

    def __init__(self, data: bytes = b"", name: str = "sales.png") -> None:
        self.data, self.name = data, name
        self.asked: list[tuple[str, int]] = []
        self.failure: VisionError | None = None

    def fetch(self, url, into, *, most):
        self.asked.append((url, most))
        into.write(self.data)
        if self.failure:
            raise self.failure
        return Fetched(self.name, len(self.data))


@pytest.fixture
def web(monkeypatch) -> Web:
    """The web, where all links lead to the same picture."""
    there = Web(a_png())
    monkeypatch.setattr(intake.fetching, "fetch", there.fetch)
    return there


@pytest.fixture
def left(owner, settings):
    """Tell which files are there that were not before the test, incoming ones included."""
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)

    def files() -> set[str]:
        return kept_files() | {path.name for path in incoming.iterdir()}

    before = files()
    return lambda: files() - before


def test_a_picture_behind_a_link_is_taken_in_as_an_added_one(owner, web, left):
    picture = intake.accept_link(owner_id=owner.id, url=LINK)

    assert web.asked == [(LINK, intake.MAX_BYTES)]
    assert (picture.name, picture.width, picture.height) == ("sales.png", 60, 40)
    with picture.upload.file.open("rb") as stored:
        assert stored.read() == a_png()
    assert picture.upload.bytes == len(a_png())
    assert len(left()) == 3


def test_a_linked_picture_that_was_added_before_is_kept_once(owner, web, left):
    added = a_picture(owner.id)

    assert intake.accept_link(owner_id=owner.id, url=LINK).upload == added.upload
    assert len(left()) == 5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "picture"),
        ("", "picture"),
        ("a\x00\u202eb.png", "a b.png"),
        ("x" * 1000, "x" * 255),
    ],
)
def test_the_name_that_the_other_side_gives_is_cleaned(owner, web, name, shown):
    web.name = name

    assert intake.accept_link(owner_id=owner.id, url=LINK).name == shown


@pytest.mark.parametrize(
    "failure",
    [LinkRefused("no such host"), LinkTooLarge(intake.MAX_BYTES)],
    ids=["refused", "large"],
)
def test_a_link_that_is_refused_half_way_leaves_nothing(owner, web, left, failure):
    web.failure = failure

    with pytest.raises(type(failure)):
        intake.accept_link(owner_id=owner.id, url=LINK)

    assert not Picture.objects.exists()
    assert left() == set()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Empty),
        (b"<html>Please sign in</html>", UnsupportedType),
        (pictures.encoded(pictures.photo(), "JPEG")[:-2000], VisionError),
    ],
    ids=["nothing", "a page", "a cut picture"],
)
def test_what_is_fetched_and_is_no_picture_leaves_nothing(owner, web, left, data, refusal):
    web.data = data

    with pytest.raises(refusal):
        intake.accept_link(owner_id=owner.id, url=LINK)

    assert left() == set()


def test_a_fetched_file_past_the_limit_is_refused_all_the_same(owner, web, left, monkeypatch):
    monkeypatch.setattr(intake, "MAX_BYTES", 100)

    with pytest.raises(PictureTooLarge):
        intake.accept_link(owner_id=owner.id, url=LINK)

    assert left() == set()


def test_a_scarce_disk_fetches_nothing(owner, web, monkeypatch):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)

    with pytest.raises(StorageFull):
        intake.accept_link(owner_id=owner.id, url=LINK)

    assert web.asked == []


def test_one_person_cannot_take_all_the_places(owner, stranger, web, monkeypatch):
    monkeypatch.setitem(intake._fetching, owner.id, intake.LINKS_AT_ONCE)

    with pytest.raises(TooManyLinks):
        intake.accept_link(owner_id=owner.id, url=LINK)

    assert intake.accept_link(owner_id=stranger.id, url=LINK)
    assert intake._fetching[stranger.id] == 0
