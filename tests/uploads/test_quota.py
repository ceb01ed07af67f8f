"""What one person may keep, to the byte, and what the disk must have left."""

from pathlib import Path

import pytest
from django.conf import settings as live

from tests.support import pictures
from tests.support.builders import a_picture
from tests.support.disk import kept_files, named_files
from tests.support.people import a_person
from tests.support.waiting import all_at_once
from visionapp.errors import TooLarge
from visionapp.preparation import View
from visionapp.uploads import quota, retention
from visionapp.uploads.intake import accept_part
from visionapp.uploads.models import Picture, Upload
from visionapp.uploads.refusals import StorageLimitReached
from visionapp.uploads.renditions import prepared_for

WIDE = pictures.encoded(pictures.chart(2000, 1000))
CORNER = View(box=(0, 0, 300, 300))


def weight_of(names: set[str]) -> int:
    """Return the bytes of these files on the disk."""
    return sum(Path(live.MEDIA_ROOT, name).stat().st_size for name in names)


def test_what_a_person_uses_is_what_their_files_take(owner, stranger):
    a_picture(stranger.id)
    theirs = named_files()
    wide = a_picture(owner.id, "wide.png", WIDE)
    a_picture(owner.id, "wide again.png", WIDE)
    accept_part(wide, CORNER)
    prepared_for(wide, "standard")

    assert quota.used_by(owner.id) == weight_of(named_files() - theirs)
    assert quota.used_by(stranger.id) == weight_of(theirs)


def test_who_has_nothing_uses_nothing(owner):
    assert quota.used_by(owner.id) == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_counts_no_more():
    owner = a_person("owner")
    kept, going = a_picture(owner.id), a_picture(owner.id, "wide.png", WIDE)
    prepared_for(going, "standard")

    retention.delete([going])
    assert quota.used_by(owner.id) == weight_of(named_files())

    retention.delete([kept])
    assert quota.used_by(owner.id) == 0


@pytest.fixture
def weight(owner) -> int:
    """What one wide picture takes, of somebody else."""
    return weight_of({*a_picture_of("measurer")})


def a_picture_of(name: str) -> set[str]:
    before = named_files()
    a_picture(a_person(name).id, "wide.png", WIDE)
    return named_files() - before


def test_a_picture_that_just_fits_is_taken_and_one_byte_more_is_not(owner, weight, settings):
    before = kept_files()
    settings.STORAGE_LIMIT = weight - 1
    with pytest.raises(StorageLimitReached):
        a_picture(owner.id, "wide.png", WIDE)
    assert kept_files() == before
    assert not Picture.objects.owned_by(owner.id).exists()

    settings.STORAGE_LIMIT = weight
    a_picture(owner.id, "wide.png", WIDE)
    assert quota.used_by(owner.id) == weight


def test_the_same_bytes_count_once_against_the_limit(owner, weight, settings):
    settings.STORAGE_LIMIT = 2 * weight - 1
    first = a_picture(owner.id, "wide.png", WIDE)

    assert a_picture(owner.id, "again.png", WIDE).upload == first.upload
    with pytest.raises(StorageLimitReached):
        a_picture(owner.id, "once more.png", WIDE)


def test_a_part_counts_against_the_limit(owner, weight, settings):
    picture = a_picture(owner.id, "wide.png", WIDE)
    files = kept_files()
    settings.STORAGE_LIMIT = weight

    with pytest.raises(StorageLimitReached):
        accept_part(picture, CORNER)

    assert kept_files() == files
    assert Picture.objects.owned_by(owner.id).get() == picture


def test_what_was_accepted_is_prepared_for_any_model_past_the_limit(owner, settings):
    picture = a_picture(owner.id, "wide.png", WIDE)
    settings.STORAGE_LIMIT = quota.used_by(owner.id)

    assert prepared_for(picture, "standard").tier == "standard"

    assert quota.used_by(owner.id) > settings.STORAGE_LIMIT


def test_one_person_at_the_limit_is_in_nobody_elses_way(owner, stranger, weight, settings):
    settings.STORAGE_LIMIT = weight
    a_picture(owner.id, "wide.png", WIDE)

    assert a_picture(stranger.id, "wide.png", WIDE).pk


def test_without_a_limit_everything_is_taken(owner, settings, django_assert_num_queries):
    settings.STORAGE_LIMIT = None

    a_picture(owner.id)
    with django_assert_num_queries(0):
        quota.refuse_past_limit(owner.id, 2**60)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_only_as_many_pass_as_fit(settings):
    owner = a_person("owner")
    weight = weight_of(a_picture_of("measurer"))
    before = kept_files() - named_files()
    settings.STORAGE_LIMIT = weight + 1000

    def add(data: bytes) -> bool:
        try:
            a_picture(owner.id, "wide.png", data)
        except StorageLimitReached:
            return False
        return True

    both = all_at_once(lambda: add(WIDE), lambda: add(WIDE + b"\0"))

    assert sorted(both) == [False, True]
    assert quota.used_by(owner.id) <= settings.STORAGE_LIMIT
    assert Upload.objects.filter(owner_id=owner.id).count() == 1
    assert kept_files() - before == named_files()


def test_the_refusal_says_how_much_there_is_and_what_to_do(owner, settings, monkeypatch):
    settings.STORAGE_LIMIT = 10 * 2**30
    monkeypatch.setattr(quota, "used_by", lambda _: 10 * 2**30 - 1)

    with pytest.raises(TooLarge) as refused:
        quota.refuse_past_limit(owner.id, 3 * 2**20)

    assert refused.value.code == "storage.limit"
    assert refused.value.message == (
        "Your pictures take 9.9 GB of the 10 GB that one person has here, and this one needs 3 MB "
        "more. Delete analyses you no longer need, or unused pictures in Settings, then add it "
        "again."
    )


def test_what_can_never_fit_is_told_to_be_made_smaller(owner, settings):
    settings.STORAGE_LIMIT = 2 * 2**20

    with pytest.raises(TooLarge) as refused:
        quota.refuse_past_limit(owner.id, 3 * 2**20)

    assert refused.value.message == (
        "This picture needs 3 MB, and one person has 2 MB here. Save it smaller, then add it "
        "again."
    )


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 MB"),
        (2**20 - 1, "0.9 MB"),
        (500 * 2**20, "500 MB"),
        (2**30 - 1, "1023.9 MB"),
        (2**30, "1 GB"),
        (10 * 2**30 - 1, "9.9 GB"),
        (3 * 2**39, "1.5 TB"),
        (2000 * 2**40, "2000 TB"),
    ],
)
def test_sizes_are_said_short_and_never_too_large(size, said):
    assert quota.in_words(size) == said


def test_adding_up_reads_two_indexes_and_no_table(owner):
    for rows, field in ((Upload.objects, "bytes"), (Picture.objects, "made_bytes")):
        plan = rows.filter(owner_id=owner.id).values_list(field).explain()
        assert "USING COVERING INDEX" in plan


def test_a_disk_is_scarce_below_what_must_be_free(monkeypatch):
    assert not quota.is_disk_scarce()

    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)

    assert quota.is_disk_scarce()
