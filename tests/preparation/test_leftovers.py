import io
import zipfile

import pytest

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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_file_hidden_behind_the_picture_is_gone(examined, kind):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("SECRET.php", PAYLOAD)
    found = examined(encoded(photo(), kind) + archive.getvalue())
    assert leaves_nothing(found)
    assert not zipfile.is_zipfile(io.BytesIO(found.prepared.data))
