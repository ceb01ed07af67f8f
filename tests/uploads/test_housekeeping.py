"""Tidying up: what is old and of no use goes, and nothing else."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tests.support import pictures
from tests.support.builders import a_picture, a_png
from tests.support.disk import (
    StubbornDisk,
    a_stored_file,
    aged,
    kept_files,
    named_files,
    use_storage,
)
from tests.support.waiting import all_at_once
from visionapp.preparation import View
from visionapp.uploads import housekeeping, quota, retention
from visionapp.uploads.intake import accept_part
from visionapp.uploads.models import Picture, PreparedImage, Upload
from visionapp.uploads.renditions import prepared_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_disk")]

OLD, YOUNG = 1.1, 0.9
"""Hours."""


def a_name(owner_id: int, ending: str = "original") -> str:
    return f"{owner_id}/{uuid4()}.{ending}"


def stored() -> set[str]:
    """Return the names of the stored files, without the mark of the database."""
    return {name for name in kept_files() if not name.startswith("database/")}


def all_aged() -> None:
    """Make all stored files old."""
    for name in kept_files():
        aged(Path(default_storage.path(name)), OLD)


@pytest.mark.parametrize("ending", ["original", "thumbnail", "prepared-high", "prepared-many"])
def test_an_old_file_without_a_row_is_removed_and_counted(owner, ending, caplog):
    a_stored_file(a_name(owner.id, ending), hours=OLD)

    housekeeping.tidy()

    assert stored() == set()
    assert "Removed: 1 files without a row" in caplog.text


def test_a_young_file_without_a_row_is_left_alone(owner, caplog):
    name = a_name(owner.id)
    a_stored_file(name, hours=YOUNG)

    housekeeping.tidy()

    assert stored() == {name}
    assert not caplog.records


def test_files_of_somebody_who_is_gone_are_removed(owner):
    a_stored_file(a_name(4_000_000), hours=OLD)

    housekeeping.tidy()

    assert stored() == set()


def test_a_file_whose_name_was_taken_and_got_another_is_removed_too(owner):
    a_stored_file(f"{owner.id}/{uuid4()}_x7Hs2aB.prepared-high", hours=OLD)

    housekeeping.tidy()

    assert stored() == set()


def test_old_files_that_rows_name_are_all_kept(owner, stranger, caplog):
    wide = a_picture(owner.id, "wide.png", pictures.encoded(pictures.chart(2000, 1000)))
    prepared_for(wide, "standard")
    accept_part(wide, View(box=(0, 0, 300, 300)))
    a_picture(owner.id)
    a_picture(stranger.id)
    before = kept_files()
    all_aged()

    housekeeping.tidy()

    assert stored() == before == named_files()
    assert not caplog.records


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "1/notes.txt", "1/.keep", "1/deeper/file.original", "backup/1.original"],
)
def test_what_is_not_ours_is_left_alone(owner, name):
    a_stored_file(name, hours=1000)

    housekeeping.tidy()

    assert stored() == {name}


def test_the_leftovers_of_a_crash_go_once_they_are_old(owner, monkeypatch):
    class Killed(BaseException):
        pass

    def die(_user_id: int) -> None:
        raise Killed

    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(quota, "lock", die)
        a_picture(owner.id)
    housekeeping.tidy()
    assert len(stored()) == 3

    all_aged()
    housekeeping.tidy()
    assert stored() == set()


def test_a_file_that_could_not_be_deleted_goes_later(owner, settings):
    picture = a_picture(owner.id)
    with_a_stubborn_disk = dict(settings.STORAGES)
    use_storage(settings, StubbornDisk)
    retention.delete([picture])
    assert stored() == {picture.upload.file.name}
    settings.STORAGES = with_a_stubborn_disk

    all_aged()
    housekeeping.tidy()

    assert stored() == set()


def test_a_file_that_cannot_be_deleted_keeps_no_other_and_is_counted(owner, settings, caplog):
    use_storage(settings, StubbornDisk)
    stuck = [a_name(owner.id) for _ in range(3)]
    for name in (*stuck, a_name(owner.id, "thumbnail"), a_name(owner.id + 1, "thumbnail")):
        a_stored_file(name, hours=OLD)

    housekeeping.tidy()

    assert stored() == set(stuck)
    assert "Removed: 2 files without a row" in caplog.text
    assert "3 files that nothing needs cannot be deleted" in caplog.text


def test_a_row_that_lost_its_file_is_told_and_kept(owner, caplog):
    picture = a_picture(owner.id)
    default_storage.delete(picture.thumbnail.name)
    default_storage.delete(picture.upload.file.name)

    housekeeping.tidy()

    assert Picture.objects.get() == picture
    assert stored() == {picture.prepared_images.get().file.name}
    assert "2 files are not there, though pictures need them" in caplog.text


def test_rows_whose_whole_folder_is_gone_are_told_and_kept(owner, own_disk, caplog):
    a_picture(owner.id)
    own_disk.rename(own_disk.with_name("unmounted"))

    housekeeping.tidy()

    assert Picture.objects.count() == 1
    assert "3 files are not there" in caplog.text


def test_a_picture_that_comes_while_files_are_compared_is_not_missed(owner, monkeypatch, caplog):
    listed = housekeeping._listed

    def list_then_add(storage, folder=""):
        found = listed(storage, folder)
        if folder == str(owner.id):
            a_picture(owner.id, data=a_png(colour="red"))
        return found

    a_picture(owner.id)
    monkeypatch.setattr(housekeeping, "_listed", list_then_add)

    housekeeping.tidy()

    assert stored() == named_files()
    assert not caplog.records


def test_an_upload_that_no_picture_shows_goes_once_it_is_old(owner, caplog):
    upload = a_picture(owner.id).upload
    kept = a_picture(owner.id, data=a_png(colour="red"))
    PreparedImage.objects.exclude(picture=kept).delete()
    Picture.objects.exclude(pk=kept.pk).delete()

    housekeeping.tidy()
    assert Upload.objects.count() == 2

    Upload.objects.update(created_at=timezone.now() - timedelta(hours=OLD))
    housekeeping.tidy()
    assert Upload.objects.get() == kept.upload
    assert upload.file.name not in stored()
    assert "Removed: 1 uploads without pictures" in caplog.text


def test_unfinished_uploads_and_probes_go_once_they_are_old(settings, caplog):
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for name, hours in (("tmpold.upload.png", OLD), ("tmpyoung.upload.png", YOUNG)):
        (incoming / name).touch()
        aged(incoming / name, hours)
    a_stored_file("ready/old", hours=OLD)
    a_stored_file("ready/young", hours=YOUNG)

    housekeeping.tidy()

    assert [path.name for path in incoming.iterdir()] == ["tmpyoung.upload.png"]
    assert stored() == {"ready/young"}
    assert "Removed: 1 unfinished uploads, 1 probes" in caplog.text


def test_before_anything_was_ever_stored_there_is_nothing_to_do(own_disk, settings, caplog):
    own_disk.rmdir()
    Path(settings.FILE_UPLOAD_TEMP_DIR).rmdir()

    housekeeping.tidy()

    assert not caplog.records


def test_files_of_another_database_are_never_removed(owner, caplog):
    housekeeping.tidy()
    name = a_name(owner.id)
    a_stored_file(name, hours=1000)
    made = MigrationRecorder.Migration.objects.order_by("applied").first()
    applied = made.applied

    MigrationRecorder.Migration.objects.filter(pk=made.pk).update(
        applied=applied - timedelta(days=1)
    )
    try:
        housekeeping.tidy()
    finally:
        MigrationRecorder.Migration.objects.filter(pk=made.pk).update(applied=applied)

    assert stored() == {name}
    assert "belong to another database" in caplog.text

    housekeeping.tidy()
    assert stored() == set()


def test_two_workers_at_once_are_in_nobodys_way(owner, caplog):
    a_picture(owner.id)
    kept = stored()
    for _ in range(200):
        a_stored_file(a_name(owner.id), hours=OLD)

    all_at_once(housekeeping.tidy, housekeeping.tidy)

    assert stored() == kept
    assert not [line for line in caplog.records if line.levelname == "ERROR"]
    housekeeping.tidy()
    assert stored() == kept
