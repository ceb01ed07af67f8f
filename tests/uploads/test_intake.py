"""Taking files in: everything is stored, or nothing is."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DatabaseError, OperationalError, connection, transaction

from tests.support import pictures
from tests.support.builders import a_picture, a_png
from tests.support.disk import FullDisk, ShortDisk, kept_files, named_files, use_storage
from visionapp import preparation
from visionapp.errors import StorageFull, VisionError
from visionapp.preparation import refusals
from visionapp.uploads import intake, quota
from visionapp.uploads.models import Picture, PreparedImage, Upload
from visionapp.uploads.refusals import PictureTooLarge


@pytest.fixture
def before(db):
    """The files that were there before the test."""
    return kept_files()


def an_open_file(size: int) -> TemporaryUploadedFile:
    """Return a file of this many bytes that takes no room on the disk."""
    file = TemporaryUploadedFile("big.jpg", "image/jpeg", size, None)
    file.truncate(size)
    return file


def test_a_picture_leaves_three_rows_and_three_files(owner, before):
    picture = a_picture(owner.id, "holiday.jpg", pictures.jpeg_with_secrets())

    assert Picture.objects.get() == picture
    assert Upload.objects.get() == picture.upload
    prepared = PreparedImage.objects.get()
    stored = {picture.upload.file.name, picture.thumbnail.name, prepared.file.name}
    assert kept_files() - before == stored
    assert all(name.startswith(f"{owner.id}/") for name in stored)


def test_the_original_is_kept_byte_for_byte(owner):
    raw = pictures.jpeg_with_secrets()

    picture = a_picture(owner.id, "holiday.jpg", raw)

    with picture.upload.file.open("rb") as stored:
        assert stored.read() == raw
    upload = Upload.objects.get()
    assert (upload.bytes, upload.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_what_is_prepared_and_shown_says_nothing_of_place_and_person(owner):
    picture = a_picture(owner.id, "holiday.jpg", pictures.jpeg_with_secrets())

    for file in (picture.prepared_images.get().file, picture.thumbnail):
        with file.open("rb") as stored:
            assert b"SECRET" not in stored.read()


def test_the_row_tells_of_the_upright_picture_and_of_what_is_sent(owner):
    picture = a_picture(owner.id, "tall.jpg", pictures.jpeg_held(6, pictures.quadrants(480, 320)))

    prepared = picture.prepared_images.get()
    assert (picture.upload.format, picture.width, picture.height) == ("JPEG", 320, 480)
    assert (picture.frame, picture.region, picture.upload.frames) == (0, None, 1)
    assert (prepared.tier, prepared.width, prepared.height) == ("high", 320, 480)
    assert prepared.bytes == prepared.file.size
    assert prepared.tokens == 12 * 18


def test_an_animation_is_taken_with_a_warning_and_its_number_of_frames(owner):
    picture = a_picture(owner.id, "loop.gif", pictures.animation("GIF"))

    picture.refresh_from_db()
    assert picture.warnings == ["image.animated"]
    assert (picture.frame, picture.upload.frames) == (0, 3)


def test_the_bytes_decide_and_not_the_name(owner):
    picture = a_picture(owner.id, "invoice.pdf", a_png())

    assert (picture.upload.format, picture.name) == ("PNG", "invoice.pdf")


def test_files_can_be_read_by_nobody_else_on_the_machine(owner):
    picture = a_picture(owner.id)

    for file in (picture.upload.file, picture.thumbnail, picture.prepared_images.get().file):
        assert Path(file.path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "raw", "refusal"),
    [
        ("chart.png", b"", refusals.Empty),
        ("chart.png", b"Sales rose by a fifth.", refusals.UnsupportedType),
        ("chart.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", refusals.UnsupportedType),
        ("photo.jpg", pictures.encoded(pictures.photo(), "JPEG")[:-2000], refusals.Truncated),
        ("chart.png", a_png()[:60], refusals.Truncated),
        ("bomb.png", pictures.header_of_png(50_000, 50_000), refusals.TooManyPixels),
    ],
    ids=["empty", "text", "svg", "cut jpeg", "cut png", "50,000 x 50,000"],
)
def test_what_is_no_whole_picture_is_refused_and_leaves_nothing(owner, before, name, raw, refusal):
    with pytest.raises(refusal):
        a_picture(owner.id, name, raw)

    assert not Picture.objects.exists()
    assert kept_files() == before


def test_a_picture_past_the_byte_limit_is_refused_with_its_size(owner, before):
    with an_open_file(intake.MAX_BYTES + 2**20) as file, pytest.raises(PictureTooLarge) as refused:
        intake.accept(owner_id=owner.id, file=file)

    assert refused.value.message.startswith("A picture may have up to 40 MB; this one has 41 MB")
    assert not Picture.objects.exists()
    assert kept_files() == before


def test_a_file_of_just_the_byte_limit_is_looked_at(owner):
    with an_open_file(intake.MAX_BYTES) as file, pytest.raises(refusals.UnsupportedType):
        intake.accept(owner_id=owner.id, file=file)


def test_every_refusal_is_a_sentence_with_a_stable_code(owner):
    with pytest.raises(VisionError) as refused:
        a_picture(owner.id, "notes.txt", b"no picture")

    assert refused.value.code == "image.unsupported_type"
    assert refused.value.message.endswith(".")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_the_rows_leaves_no_files(owner):
    before = kept_files()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON uploads_preparedimage "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    try:
        with pytest.raises(DatabaseError, match="disk full"):
            a_picture(owner.id)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full")

    assert not Picture.objects.exists()
    assert kept_files() == before


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_is_gone_gets_nothing_stored():
    before = kept_files()

    with pytest.raises(DatabaseError):
        a_picture(owner_id=4_000_000)

    assert kept_files() == before


@pytest.mark.parametrize("disk", [FullDisk, ShortDisk])
def test_a_disk_that_fills_up_half_way_keeps_nothing(owner, before, settings, disk):
    use_storage(settings, disk)

    with pytest.raises(OSError, match="No space left"):
        a_picture(owner.id)

    assert not Picture.objects.exists()
    assert kept_files() == before


@pytest.mark.django_db(transaction=True)
def test_a_commit_of_which_nobody_heard_keeps_its_files(owner, monkeypatch):
    @contextmanager
    def cut_off() -> Iterator[None]:
        with transaction.atomic():
            yield
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(intake, "transaction", SimpleNamespace(atomic=cut_off))

    with pytest.raises(OperationalError):
        a_picture(owner.id)

    assert len(named_files()) == 3
    assert named_files() <= kept_files()


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_files_and_rows_leaves_spare_files_and_no_row(owner, monkeypatch):
    class Killed(BaseException):
        pass

    def die(_user_id: int) -> None:
        raise Killed

    before = kept_files()
    monkeypatch.setattr(quota, "lock", die)

    with pytest.raises(Killed):
        a_picture(owner.id)

    assert named_files() == set()
    assert len(kept_files() - before) == 3


def test_a_scarce_disk_takes_nothing_in(owner, before, monkeypatch):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)
    monkeypatch.setattr(preparation, "examine", lambda *_: pytest.fail("it was looked at"))

    with pytest.raises(StorageFull):
        a_picture(owner.id)

    assert kept_files() == before


def test_pictures_are_listed_by_whose_they_are(owner, stranger):
    mine = a_picture(owner.id)
    a_picture(stranger.id)

    assert list(Picture.objects.owned_by(owner.id)) == [mine]
