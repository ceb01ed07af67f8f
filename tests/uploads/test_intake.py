"""Taking files in: everything is stored, or nothing is."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DatabaseError, connection

from tests.support import pictures
from tests.support.builders import a_png, an_upload
from tests.support.disk import FullDisk, kept_files, use_storage
from visionapp.errors import VisionError
from visionapp.preparation import refusals
from visionapp.uploads import intake
from visionapp.uploads.models import PreparedImage, Upload
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


def test_a_picture_leaves_two_rows_and_three_files(owner, before):
    raw = pictures.jpeg_with_secrets()

    upload = an_upload(owner.id, "holiday.jpg", raw)

    assert Upload.objects.get() == upload
    prepared = PreparedImage.objects.get()
    stored = {upload.original.name, upload.thumbnail.name, prepared.file.name}
    assert kept_files() - before == stored
    assert all(name.startswith(f"{owner.id}/") for name in stored)


def test_the_original_is_kept_byte_for_byte(owner):
    raw = pictures.jpeg_with_secrets()

    upload = an_upload(owner.id, "holiday.jpg", raw)

    with upload.original.open("rb") as stored:
        assert stored.read() == raw
    assert (upload.bytes, upload.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_what_is_prepared_and_shown_says_nothing_of_place_and_person(owner):
    upload = an_upload(owner.id, "holiday.jpg", pictures.jpeg_with_secrets())

    for file in (upload.prepared_images.get().file, upload.thumbnail):
        with file.open("rb") as stored:
            assert b"SECRET" not in stored.read()


def test_the_row_tells_of_the_upright_picture_and_of_what_is_sent(owner):
    upload = an_upload(owner.id, "tall.jpg", pictures.jpeg_held(6, pictures.quadrants(120, 80)))

    prepared = upload.prepared_images.get()
    assert (upload.format, upload.width, upload.height) == ("JPEG", 80, 120)
    assert (prepared.tier, prepared.width, prepared.height) == ("high", 80, 120)
    assert prepared.bytes == prepared.file.size
    assert prepared.tokens == 3 * 5


def test_an_animation_is_taken_with_a_warning(owner):
    upload = an_upload(owner.id, "loop.gif", pictures.animation("GIF"))

    upload.refresh_from_db()
    assert upload.warnings == ["image.animated"]


def test_the_bytes_decide_and_not_the_name(owner):
    upload = an_upload(owner.id, "invoice.pdf", a_png())

    assert (upload.format, upload.name) == ("PNG", "invoice.pdf")


def test_files_can_be_read_by_nobody_else_on_the_machine(owner):
    upload = an_upload(owner.id)

    for file in (upload.original, upload.thumbnail, upload.prepared_images.get().file):
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
        an_upload(owner.id, name, raw)

    assert not Upload.objects.exists()
    assert kept_files() == before


def test_a_picture_past_the_byte_limit_is_refused_with_its_size(owner, before):
    with an_open_file(intake.MAX_BYTES + 2**20) as file, pytest.raises(PictureTooLarge) as refused:
        intake.accept(owner_id=owner.id, file=file)

    assert refused.value.message.startswith("A picture may have up to 40 MB; this one has 41 MB")
    assert not Upload.objects.exists()
    assert kept_files() == before


def test_a_file_of_just_the_byte_limit_is_looked_at(owner):
    with an_open_file(intake.MAX_BYTES) as file, pytest.raises(refusals.UnsupportedType):
        intake.accept(owner_id=owner.id, file=file)


def test_every_refusal_is_a_sentence_with_a_stable_code(owner):
    with pytest.raises(VisionError) as refused:
        an_upload(owner.id, "notes.txt", b"no picture")

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
            an_upload(owner.id)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full")

    assert not Upload.objects.exists()
    assert kept_files() == before


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_is_gone_gets_nothing_stored():
    before = kept_files()

    with pytest.raises(DatabaseError):
        an_upload(owner_id=4_000_000)

    assert kept_files() == before


def test_a_disk_that_fills_up_half_way_keeps_nothing(owner, before, settings):
    use_storage(settings, FullDisk)

    with pytest.raises(OSError, match="No space left"):
        an_upload(owner.id)

    assert not Upload.objects.exists()
    assert kept_files() == before


def test_uploads_are_listed_by_whose_they_are(owner, stranger):
    mine = an_upload(owner.id)
    an_upload(stranger.id)

    assert list(Upload.objects.owned_by(owner.id)) == [mine]
