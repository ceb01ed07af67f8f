"""Letting uploads go: rows first, files once that is certain."""

import pytest
from django.db import transaction

from tests.support.builders import an_upload
from tests.support.disk import StubbornDisk, kept_files, use_storage
from visionapp.uploads import retention
from visionapp.uploads.models import Upload
from visionapp.uploads.renditions import prepared_for

pytestmark = pytest.mark.django_db(transaction=True)


class Regret(Exception):
    """Something went wrong after the deletion."""


def test_a_deleted_upload_takes_its_rows_and_every_file_along(owner):
    before = kept_files()
    upload = an_upload(owner.id)
    prepared_for(upload, "standard")

    retention.delete([upload])

    assert not Upload.objects.exists()
    assert kept_files() == before


def test_another_upload_keeps_its_files(owner):
    kept, going = an_upload(owner.id), an_upload(owner.id)
    files = kept_files()

    retention.delete([going])

    assert list(Upload.objects.all()) == [kept]
    assert len(files - kept_files()) == 3
    assert kept.original.storage.exists(kept.original.name)


def test_files_stay_until_the_deletion_is_committed(owner):
    upload = an_upload(owner.id)
    files = kept_files()

    with transaction.atomic():
        retention.delete([upload])
        assert kept_files() == files

    assert not kept_files() & files & {upload.original.name}


def test_a_deletion_that_is_rolled_back_keeps_rows_and_files(owner):
    upload = an_upload(owner.id)
    files, key = kept_files(), upload.pk

    def delete_and_regret() -> None:
        with transaction.atomic():
            retention.delete([upload])
            raise Regret

    with pytest.raises(Regret):
        delete_and_regret()

    assert Upload.objects.get().pk == key
    assert kept_files() == files


def test_a_file_that_is_gone_already_is_no_obstacle(owner):
    before = kept_files()
    upload = an_upload(owner.id)
    upload.thumbnail.storage.delete(upload.thumbnail.name)

    retention.delete([upload])

    assert kept_files() == before


def test_a_file_that_cannot_be_deleted_does_not_keep_the_others(owner, settings, caplog):
    before = kept_files()
    upload = an_upload(owner.id)
    use_storage(settings, StubbornDisk)

    retention.delete([upload])

    assert kept_files() - before == {upload.original.name}
    assert "Input/output error" in caplog.text
