"""Takes pictures in: looked at, prepared and stored, or refused with nothing left behind."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import Error, transaction
from django.db.models import QuerySet

from visionapp import fetching, preparation
from visionapp.catalogue.budget import Box, Tier
from visionapp.errors import VisionError
from visionapp.preparation import ANIMATED, PAGES, Examined, View
from visionapp.preparation.refusals import BoxOutside
from visionapp.uploads import files, quota
from visionapp.uploads.models import (
    Picture,
    Upload,
    prepared_path,
    thumbnail_path,
    upload_path,
)
from visionapp.uploads.names import clean_name, part_name
from visionapp.uploads.refusals import PictureGone, PictureTooLarge
from visionapp.uploads.renditions import as_file, prepared_image

MAX_BYTES = 40 * 1024 * 1024
"""A 48-megapixel photo takes about 25 MB at the best quality that phones offer."""

LINKS_AT_ONCE = 2
"""Links that are fetched for one person at a time."""
_fetching: Counter[int] = Counter()
_guard = threading.Lock()

TIER_AT_INTAKE: Tier = "high"
"""All current models see pictures in this tier; another tier is made when first asked for."""


def accept(*, owner_id: int, file: TemporaryUploadedFile) -> Picture:
    """Store a file and what models and pages need of it; its bytes are on disk already.

    The picture is its first frame or page, whole. Raises PictureTooLarge, StorageLimitReached,
    StorageFull and what :func:`visionapp.preparation.examine` refuses.
    """
    return _accept(owner_id, file, file.name or "")


def accept_link(*, owner_id: int, url: str) -> Picture:
    """Fetch a picture that is public on the web and store it.

    Raises what ``accept`` and :func:`visionapp.fetching.fetch` do, and TooManyLinks.
    """
    quota.refuse_on_scarce_disk()
    with _place_for_link(owner_id), TemporaryUploadedFile("link", "", 0, None) as file:
        fetched = fetching.fetch(url, file, most=MAX_BYTES)
        file.flush()
        file.size = fetched.size
        return _accept(owner_id, file, fetched.name)


@contextmanager
def _place_for_link(owner_id: int) -> Iterator[None]:
    """Let nobody take all the places at which this process fetches links."""
    with _guard:
        if _fetching[owner_id] >= LINKS_AT_ONCE:
            raise fetching.TooManyLinks
        _fetching[owner_id] += 1
    try:
        yield
    finally:
        with _guard:
            _fetching[owner_id] -= 1


def _accept(owner_id: int, file: TemporaryUploadedFile, name: str) -> Picture:
    quota.refuse_on_scarce_disk()
    size = file.size or 0
    if size > MAX_BYTES:
        raise PictureTooLarge(
            f"A picture may have up to {MAX_BYTES // 2**20} MB; this one has "
            f"{size / 2**20:.0f} MB. Save it smaller and add it again."
        )
    path = Path(file.temporary_file_path())
    examined = preparation.examine(path, TIER_AT_INTAKE)
    upload = Upload(
        owner_id=owner_id,
        sha256=_sha256(path),
        bytes=size,
        format=examined.format,
        frames=examined.frames,
    )
    picture = _picture(upload, clean_name(name), View(), examined)
    _store(picture, examined, file)
    return picture


def accept_part(picture: Picture, view: View, name: str = "") -> Picture:
    """Make another picture of the same upload: a frame, a page, or a region of this one.

    ``view.box`` counts from the corner of the given picture, or of the whole frame if that is
    another one. Raises FrameMissing, BoxOutside, PictureGone, StorageLimitReached, StorageFull and
    what ``examine`` refuses.
    """
    quota.refuse_on_scarce_disk()
    view = View(view.frame, _within(picture, view))
    with as_file(picture.upload) as path:
        examined = preparation.examine(path, TIER_AT_INTAKE, view)
    named = clean_name(name) if name else part_name(picture.name, picture.upload, view)
    part = _picture(picture.upload, named, view, examined)
    if view.frame != 0:
        # It was chosen: nobody needs to be told that there are others.
        part.warnings = [code for code in part.warnings if code not in (ANIMATED, PAGES)]
    _store(part, examined)
    return part


def _within(picture: Picture, view: View) -> Box | None:
    """Return the view's box in pixels of the whole frame."""
    if view.frame != picture.frame:
        return view.box
    if view.box is None:
        return picture.region
    left, top, right, bottom = view.box
    if not (0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height):
        raise BoxOutside
    across, down = picture.region[:2] if picture.region else (0, 0)
    return left + across, top + down, right + across, bottom + down


def _picture(upload: Upload, name: str, view: View, examined: Examined) -> Picture:
    return Picture(
        owner_id=upload.owner_id,
        upload=upload,
        name=name,
        frame=view.frame,
        box=view.box and list(view.box),
        width=examined.width,
        height=examined.height,
        warnings=list(examined.warnings),
        thumbnail_type=examined.thumbnail.media_type,
        made_bytes=len(examined.thumbnail.data) + len(examined.prepared.data),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _store(
    picture: Picture, examined: Examined, file: TemporaryUploadedFile | None = None
) -> None:
    """Write files first and rows second: a crash between leaves a spare file, never a bad row.

    Without a file the picture is a part of an upload that is there.
    """
    upload = picture.upload
    prepared = prepared_image(picture, TIER_AT_INTAKE, examined.prepared)
    original = [] if file is None else [upload_path(upload, "")]
    try:
        if file is not None and not _is_kept(upload):
            upload.file.save("original", file, save=False)
        picture.thumbnail.save("thumbnail", ContentFile(examined.thumbnail.data), save=False)
        prepared.file.save("prepared", ContentFile(examined.prepared.data), save=False)
        with transaction.atomic():
            quota.lock(upload.owner_id)
            picture.upload = _entered(picture, file)
            picture.save(force_insert=True)
            prepared.save(force_insert=True)
    except (Error, OSError, VisionError):
        # The connection may have been lost after the commit: then rows and files are there.
        if not Picture.objects.filter(pk=picture.pk).exists():
            # By the names that they were to get: a file that was begun is there without being set.
            made = [thumbnail_path(picture, ""), prepared_path(prepared, "")]
            files.delete(original + made)
        raise
    if str(picture.upload.file) not in original:
        files.delete(original)


def _same(upload: Upload) -> QuerySet[Upload]:
    """Return the row, if there is one, that holds the same bytes of the same person."""
    return Upload.objects.filter(owner_id=upload.owner_id, sha256=upload.sha256)


def _is_kept(upload: Upload) -> bool:
    """Tell whether the same bytes are there; a row may have lost its file."""
    same = _same(upload).first()
    return same is not None and same.file.storage.exists(str(same.file))


def _entered(picture: Picture, file: TemporaryUploadedFile | None) -> Upload:
    """Return the row of the picture's upload, inserted if the same bytes are not there yet.

    Raises StorageLimitReached, and PictureGone for a part whose upload was deleted meanwhile.
    """
    upload = picture.upload
    same = Upload.objects.filter(pk=upload.pk) if file is None else _same(upload)
    # Locked, so that it stays until the picture that shows it is there.
    kept = same.select_for_update().first()
    if kept is not None:
        quota.refuse_past_limit(upload.owner_id, picture.made_bytes)
        if upload.file and not kept.file.storage.exists(str(kept.file)):
            # Its file was lost; the same bytes have come again.
            kept.file.name = upload.file.name
        elif kept.frames >= upload.frames:
            return kept
        kept.frames = max(kept.frames, upload.frames)  # a row may be older than the counting
        kept.save(update_fields=["frames", "file"])
        return kept
    if file is None:
        raise PictureGone
    quota.refuse_past_limit(upload.owner_id, picture.made_bytes + upload.bytes)
    if not upload.file:
        # Its twin was deleted a moment ago, after this file was not written because of it.
        upload.file.save("original", file, save=False)
    upload.save(force_insert=True)
    return upload
