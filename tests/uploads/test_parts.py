"""Parts: a frame, a page or a region becomes a picture of its own, of the same file."""

import pytest

from tests.support import pictures
from tests.support.builders import a_picture
from tests.support.disk import FullDisk, kept_files, named_files, use_storage
from tests.support.formats import frames
from tests.support.waiting import all_at_once
from visionapp import preparation
from visionapp.errors import StorageFull
from visionapp.preparation import PAGES, View
from visionapp.preparation.refusals import BoxOutside, FrameMissing
from visionapp.uploads import quota, retention
from visionapp.uploads.intake import accept_part
from visionapp.uploads.models import Picture, Upload
from visionapp.uploads.refusals import PictureGone
from visionapp.uploads.renditions import bytes_of, prepared_for

QUARTERS = pictures.encoded(pictures.quadrants(800, 480))
_, GREEN, _, YELLOW = pictures.CORNERS
TOP_LEFT = View(box=(0, 0, 400, 240))
RIGHT = View(box=(400, 0, 800, 480))


@pytest.fixture
def quarters(owner) -> Picture:
    """800 x 480 pixels with a colour in each quarter."""
    return a_picture(owner.id, "quarters.png", QUARTERS)


@pytest.fixture
def moving(owner) -> Picture:
    """Three frames of 60 x 40 pixels, the first red."""
    return a_picture(owner.id, "loop.gif", pictures.animation("GIF"))


def colour(picture: Picture) -> tuple[int, ...]:
    """Return the one colour that a model sees all over."""
    sent = pictures.decoded(bytes_of(prepared_for(picture, "high"))).convert("RGB")
    [(_, found)] = sent.getcolors(maxcolors=1)
    return found


def test_a_region_is_a_picture_of_just_its_pixels(quarters):
    part = accept_part(quarters, View(box=(400, 0, 800, 240)))

    assert (part.width, part.height, part.region) == (400, 240, (400, 0, 800, 240))
    assert part.upload == quarters.upload
    assert colour(part) == GREEN
    assert part.view == View(0, (400, 0, 800, 240))


def test_a_region_adds_a_thumbnail_and_what_is_sent_and_no_second_original(quarters):
    files = kept_files()

    part = accept_part(quarters, TOP_LEFT)

    assert kept_files() - files == {
        part.thumbnail.name,
        part.prepared_images.get().file.name,
    }


def test_a_region_of_a_region_counts_from_its_corner(quarters):
    right = accept_part(quarters, RIGHT)

    part = accept_part(right, View(box=(0, 240, 400, 480)))

    assert part.region == (400, 240, 800, 480)
    assert colour(part) == YELLOW


@pytest.mark.parametrize(
    "box",
    [
        (-1, 0, 10, 10),
        (0, -1, 10, 10),
        (0, 0, 401, 10),
        (0, 0, 10, 481),
        (10, 0, 10, 10),
        (9, 0, 8, 1),
    ],
)
def test_a_region_that_reaches_out_of_its_picture_is_refused(quarters, box):
    right = accept_part(quarters, RIGHT)
    files = kept_files()

    with pytest.raises(BoxOutside):
        accept_part(right, View(box=box))

    assert Picture.objects.count() == 2
    assert kept_files() == files


def test_another_frame_is_a_picture_of_its_own(moving):
    part = accept_part(moving, View(frame=2))

    assert (part.frame, part.region, part.width, part.height) == (2, None, 60, 40)
    assert colour(part) == (0, 0, 80)
    assert colour(moving) == (255, 0, 0)


def test_a_region_of_another_frame_counts_from_that_frames_corner(moving):
    corner = accept_part(moving, View(box=(30, 20, 60, 40)))

    part = accept_part(corner, View(frame=1, box=(0, 0, 50, 30)))

    assert (part.frame, part.region) == (1, (0, 0, 50, 30))
    assert colour(part) == (0, 0, 40)


@pytest.mark.parametrize("box", [(0, 0, 61, 40), (0, 0, 60, 41), (5, 5, 5, 5)])
def test_a_region_outside_another_frame_is_refused(moving, box):
    with pytest.raises(BoxOutside):
        accept_part(moving, View(frame=1, box=box))


@pytest.mark.parametrize("frame", [3, 10**6, -1])
def test_a_frame_that_is_not_there_is_refused(moving, frame):
    files = kept_files()

    with pytest.raises(FrameMissing):
        accept_part(moving, View(frame=frame))

    assert kept_files() == files


def test_a_part_of_all_of_a_region_is_that_region_again(quarters):
    right = accept_part(quarters, RIGHT)

    assert accept_part(right, View()).region == RIGHT.box


def test_a_part_says_in_its_name_what_it_is(quarters, moving):
    frame = accept_part(moving, View(frame=2))
    within = accept_part(frame, View(frame=2, box=(0, 0, 20, 20)))

    assert accept_part(quarters, TOP_LEFT).name == "quarters.png, part"
    assert frame.name == "loop.gif, frame 3"
    assert within.name == "loop.gif, frame 3, part"
    assert accept_part(within, View(frame=0)).name == "loop.gif, frame 1"


def test_a_part_may_be_given_a_name_which_is_cleaned(quarters):
    part = accept_part(quarters, TOP_LEFT, "../a\x00 legend\u202e")

    assert part.name == "a legend"


def test_a_part_that_does_not_fit_on_the_disk_leaves_nothing(quarters, settings):
    files = kept_files()
    use_storage(settings, FullDisk)

    with pytest.raises(OSError, match="No space left"):
        accept_part(quarters, TOP_LEFT)

    assert Picture.objects.get() == quarters
    assert kept_files() == files


def test_a_scarce_disk_takes_no_part_in(quarters, monkeypatch):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)

    with pytest.raises(StorageFull):
        accept_part(quarters, TOP_LEFT)


@pytest.mark.django_db(transaction=True)
def test_a_part_of_what_is_deleted_meanwhile_is_refused_and_leaves_nothing(quarters, monkeypatch):
    examine = preparation.examine

    def delete_after(*given):
        found = examine(*given)
        retention.delete([quarters])
        return found

    monkeypatch.setattr(preparation, "examine", delete_after)

    with pytest.raises(PictureGone):
        accept_part(quarters, TOP_LEFT)

    assert not Picture.objects.exists()
    assert not Upload.objects.exists()
    assert not kept_files() & {quarters.upload.file.name, quarters.thumbnail.name}


@pytest.mark.django_db(transaction=True)
def test_a_part_of_what_came_again_meanwhile_is_refused(quarters, owner, monkeypatch):
    before = kept_files() - named_files()
    examine = preparation.examine

    def delete_and_add_again(*given):
        monkeypatch.undo()
        found = examine(*given)
        retention.delete([quarters])
        a_picture(owner.id, "again.png", QUARTERS)
        return found

    monkeypatch.setattr(preparation, "examine", delete_and_add_again)

    with pytest.raises(PictureGone):
        accept_part(quarters, TOP_LEFT)

    assert Picture.objects.get().name == "again.png"
    assert kept_files() - before == named_files()


@pytest.mark.django_db(transaction=True)
def test_a_part_and_the_deletion_of_its_picture_at_once_leave_all_or_nothing(quarters):
    before = kept_files() - named_files()

    def add() -> None:
        try:
            accept_part(quarters, TOP_LEFT)
        except PictureGone:
            assert not Upload.objects.exists()

    all_at_once(add, lambda: retention.delete([quarters]))

    assert Picture.objects.count() == Upload.objects.count()
    assert kept_files() - before == named_files()


def test_a_page_that_was_chosen_needs_no_word_of_the_others(owner):
    whole = a_picture(owner.id, data=frames("PDF"))

    assert whole.warnings == [PAGES]
    assert accept_part(whole, View(2)).warnings == []
