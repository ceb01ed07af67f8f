import io
import zipfile

import pytest
from PIL import Image

from tests.support.formats import heif, pdf
from tests.support.pictures import decoded, encoded, jpeg_with_secrets, photo, quadrants

PAYLOAD = b"<?php system('SECRET'); ?>"


def leaves_nothing(found):
    for picture in (found.prepared, found.thumbnail):
        assert b"SECRET" not in picture.data
        image = decoded(picture.data)
        assert not image.getexif()
        assert {"comment", "icc_profile", "xmp", "exif", "Comment"}.isdisjoint(image.info)
    return True


def test_place_camera_and_comment_never_leave_the_upload(examined):
    assert b"SECRETCOMMENT" in jpeg_with_secrets()
    assert leaves_nothing(examined(jpeg_with_secrets()))


def test_a_gif_comment_is_gone(examined):
    data = encoded(quadrants(), "GIF", comment=b"SECRET")
    assert b"SECRET" in data
    assert leaves_nothing(examined(data))


def test_bytes_posing_as_a_profile_are_gone(examined):
    assert leaves_nothing(examined(encoded(quadrants(), "PNG", icc_profile=PAYLOAD * 20)))


def test_what_a_heic_or_a_tiff_says_of_itself_is_gone(examined):
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    for data in (
        heif(photo(), exif=exif.tobytes(), xmp=b"<x>SECRET</x>"),
        encoded(photo(), "AVIF", exif=exif, xmp=b"<x>SECRET</x>"),
        encoded(photo(), "TIFF", exif=exif, description="SECRET", software="SECRET"),
        encoded(photo(), "JPEG2000", comment=b"SECRET"),
        pdf([b""], trailer=b"/Info<</Author(SECRET)>>"),
    ):
        assert b"SECRET" in data
        assert leaves_nothing(examined(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "JPEG2000"])
def test_a_file_hidden_behind_the_picture_is_gone(examined, kind):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("SECRET.php", PAYLOAD)
    found = examined(encoded(photo(), kind) + archive.getvalue())
    assert leaves_nothing(found)
    assert not zipfile.is_zipfile(io.BytesIO(found.prepared.data))


def test_a_file_hidden_behind_a_heic_or_a_document_is_gone(examined):
    for data in (heif(photo()), pdf([b""])):
        assert leaves_nothing(examined(data + PAYLOAD * 20))
